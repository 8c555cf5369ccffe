/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

/** What stands in a text and is no word, and yet tells something of the words beside it. */
enum Gap {
    /** Digits first. */
    NUMBER,

    /** Mail address, message number, link or encoded data. */
    ADDRESS
}
