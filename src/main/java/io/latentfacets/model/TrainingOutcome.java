/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.wire.WireEnum;
import java.util.Locale;

/**
 * How a training ended.
 *
 * @param status one of three ends
 * @param error why it failed or was cancelled; null after success
 */
public record TrainingOutcome(Status status, String error) {

    /** The three ends. */
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

        /** As it is stored and shown. */
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
