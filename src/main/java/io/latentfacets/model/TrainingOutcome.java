/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.wire.WireEnum;
import java.util.Locale;

/**
 * The outcome of a training. Immutable.
 *
 * @param status the way in which it ended
 * @param error the reason of a failure or cancellation; null after success
 */
public record TrainingOutcome(Status status, String error) {

    /** The ways in which a training can end. */
    public enum Status implements WireEnum {
        SUCCESS(0),
        FAILED(1),
        CANCELLED(2);

        private final int id;

        Status(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }

        /** The name in the store and in the API. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static final TrainingOutcome SUCCESS = new TrainingOutcome(Status.SUCCESS, null);

    public static TrainingOutcome failed(String error) {
        return new TrainingOutcome(Status.FAILED, error);
    }

    public static TrainingOutcome cancelled(String reason) {
        return new TrainingOutcome(Status.CANCELLED, reason);
    }
}
