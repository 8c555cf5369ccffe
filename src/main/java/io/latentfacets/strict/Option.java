/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import java.util.function.Function;

/**
 * One option of a body, defined once for parsing, streams and documentation. Immutable.
 *
 * @param <R> the object that holds the options
 * @param <T> the type of the option's value
 * @param key the name in bodies and URLs
 * @param type the accepted values
 * @param of gets the option's value from the object that holds it
 * @param fallback the default as the documentation shows it; null to show the default value itself
 * @param about the description for the documentation, in Markdown
 * @param since the lowest wire format whose messages carry the option
 */
public record Option<R, T>(
        String key, OptionType<T> type, Function<R, T> of, String fallback, String about, int since) {

    public Option(String key, OptionType<T> type, Function<R, T> of, String fallback, String about) {
        this(key, type, of, fallback, about, 1);
    }

    public Option(String key, OptionType<T> type, Function<R, T> of, String about) {
        this(key, type, of, null, about);
    }

    /**
     * Returns this option for the end of a group whose messages of lower formats lack it.
     *
     * @param format the lowest wire format whose messages carry the option
     */
    public Option<R, T> since(int format) {
        return new Option<>(key, type, of, fallback, about, format);
    }

    @Override
    public String toString() {
        return key;
    }
}
