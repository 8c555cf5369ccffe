/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import java.util.function.Function;

/**
 * One option of a body, stated once. Immutable.
 *
 * @param key its name
 * @param type its values
 * @param of gets it from the options that it is one of
 * @param fallback the default as the documentation says it; null to show the value
 * @param about what it does, in Markdown
 * @param since the lowest wire format whose messages carry it
 */
public record Option<R, T>(
        String key, OptionType<T> type, Function<R, T> of, String fallback, String about, int since) {

    public Option(String key, OptionType<T> type, Function<R, T> of, String fallback, String about) {
        this(key, type, of, fallback, about, 1);
    }

    public Option(String key, OptionType<T> type, Function<R, T> of, String about) {
        this(key, type, of, null, about);
    }

    /** The same option, for one that is appended to a group that messages of lower formats carry without it. */
    public Option<R, T> since(int format) {
        return new Option<>(key, type, of, fallback, about, format);
    }

    @Override
    public String toString() {
        return key;
    }
}
