/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public final class SourceVectorTests {

    private static Map<String, Object> source(Object value) {
        Map<String, Object> source = new HashMap<>();
        source.put("v", value);
        return source;
    }

    @Test
    public void readsAnyNumbersThroughObjects() {
        List<?> numbers = List.of(1, 2L, 0.5f, -0.25);
        float[] expected = {1, 2, 0.5f, -0.25f};
        assertArrayEquals(expected, SourceVector.of(source(numbers), "v", 4), 0);
        assertArrayEquals(expected, SourceVector.of(source(numbers), "v", 0), 0);
        assertArrayEquals(expected, SourceVector.of(Map.of("a", Map.of("b", numbers)), "a.b", 4), 0);
        assertArrayEquals(expected, SourceVector.of(Map.of("a.b", numbers), "a.b", 4), 0);
    }

    @Test
    public void whatIsNotThereIsNoVector() {
        assertThat(SourceVector.of(Map.of(), "v", 4), nullValue());
        assertThat(SourceVector.of(source(null), "v", 4), nullValue());
        assertThat(SourceVector.of(source(List.of()), "v", 4), nullValue());
        assertThat(SourceVector.of(source(List.of(0, 0.0, -0.0, 0L)), "v", 4), nullValue());
    }

    @Test
    public void messagesNameFieldValueAndBound() {
        assertMessage("[v] must be an array of numbers: \"near\"", "near", 4);
        assertMessage("[v] must be an array of numbers: 7", 7, 4);
        assertMessage("[v] must be an array of numbers: {x=1}", Map.of("x", 1), 4);
        assertMessage("[v] must be an array of [4] numbers, has [3]", List.of(1, 2, 3), 4);
        assertMessage("[v] must be an array of finite numbers, its [1] is: NaN", List.of(1, Float.NaN), 2);
        assertMessage("its [0] is: 1.0E39", List.of(1e39, 1), 2);
        assertMessage("must be an array of [2] numbers, has [1]", Arrays.asList(1, null), 2);
        assertMessage("its [1] is: [2]", List.of(1, List.of(2)), 2);
        assertMessage(
                "[v] must be an array of at most [16000] numbers, has [16001]", Collections.nCopies(16_001, 1), 0);
    }

    private static void assertMessage(String part, Object value, int dims) {
        assertThat(
                assertThrows(IllegalArgumentException.class, () -> SourceVector.of(source(value), "v", dims))
                        .getMessage(),
                containsString(part));
    }
}
