/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

/** A part of a text that is not a word, but is evidence about the words beside it. */
public enum Gap {
    /** A token that begins with a digit and is not accepted as a word. */
    NUMBER,

    /** A mail address, a message number, a link or encoded data. */
    ADDRESS
}
