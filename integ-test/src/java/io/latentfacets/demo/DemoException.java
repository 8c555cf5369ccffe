/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

/** Something the person at the terminal can do something about; the message says what. */
sealed class DemoException extends RuntimeException permits Http.Unreachable {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
