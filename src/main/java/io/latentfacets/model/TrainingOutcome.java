/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.wire.WireEnum;
import java.util.List;
import java.util.Locale;
import org.opensearch.core.rest.RestStatus;

/**
 * The outcome of a training. Immutable.
 *
 * @param status the way in which it ended
 * @param error the reason of a failure or cancellation, or why the generation is not activated; null after success
 * @param code the HTTP status of a failure; 0 otherwise
 * @param left what the re-encoding after a success had to leave, at most {@value #MAX_LEFT} indices
 */
public record TrainingOutcome(Status status, String error, int code, List<LeftDocuments> left) {

    /** The largest number of indices in {@link #left}, which bounds the size of the record. */
    static final int MAX_LEFT = 100;

    public TrainingOutcome {
        left = List.copyOf(left.subList(0, Math.min(left.size(), MAX_LEFT)));
    }

    /** The ways in which a training can end. */
    public enum Status implements WireEnum {
        SUCCESS(0),
        FAILED(1),
        CANCELLED(2),
        /** It made a generation that is worse than the active one, so that one stays active. */
        NOT_ACTIVATED(3);

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

    public static final TrainingOutcome SUCCESS = new TrainingOutcome(Status.SUCCESS, null, 0, List.of());

    /** A success after which some documents still have latents of an older encoder, or none. */
    public static TrainingOutcome success(List<LeftDocuments> left) {
        return new TrainingOutcome(Status.SUCCESS, null, 0, left);
    }

    /** A training whose generation is kept without being activated. */
    public static TrainingOutcome notActivated(String reason) {
        return new TrainingOutcome(Status.NOT_ACTIVATED, reason, 0, List.of());
    }

    /** A failure of the plugin or the platform. */
    public static TrainingOutcome failed(String error) {
        return failed(error, RestStatus.INTERNAL_SERVER_ERROR.getStatus());
    }

    /** @param code the HTTP status with which the failure is answered */
    public static TrainingOutcome failed(String error, int code) {
        return new TrainingOutcome(Status.FAILED, error, code, List.of());
    }

    public static TrainingOutcome cancelled(String reason) {
        return new TrainingOutcome(Status.CANCELLED, reason, 0, List.of());
    }
}
