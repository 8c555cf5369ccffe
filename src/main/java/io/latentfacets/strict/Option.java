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
 */
public record Option<R, T>(String key, OptionType<T> type, Function<R, T> of, String fallback, String about) {

    public Option(String key, OptionType<T> type, Function<R, T> of, String about) {
        this(key, type, of, null, about);
    }

    @Override
    public String toString() {
        return key;
    }
}
