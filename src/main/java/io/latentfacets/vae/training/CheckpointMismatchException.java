/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

/** A training cannot go on from a checkpoint, because it is one of another training. */
public final class CheckpointMismatchException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    CheckpointMismatchException(String message) {
        super(message);
    }

    CheckpointMismatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
