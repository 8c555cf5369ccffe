/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.util.Locale;

/**
 * How a training ended.
 *
 * @param status one of three ends
 * @param error why it failed or was cancelled; null after success
 */
public record TrainingOutcome(Status status, String error) {

    public enum Status {
        SUCCESS,
        FAILED,
        CANCELLED;

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
