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
