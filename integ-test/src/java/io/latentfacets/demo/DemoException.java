/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

/** A failure that the person at the terminal can fix; the message says how. */
sealed class DemoException extends RuntimeException permits Http.Unreachable {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
