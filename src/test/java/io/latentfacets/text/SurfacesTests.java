/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.util.Map;
import org.junit.Test;

public final class SurfacesTests {
    @Test
    public void testMostFrequentFormCaseApart() {
        assertThat(Surfaces.choose(Map.of("barrel", 3, "barrels", 2, "Barrels", 2)), equalTo("barrels"));
        assertThat(Surfaces.choose(Map.of("beta", 2, "alpha", 2)), equalTo("alpha"));
    }

    @Test
    public void testAcronymsStayInCapitals() {
        assertThat(Surfaces.choose(Map.of("NASA", 4, "Nasa", 1)), equalTo("NASA"));
        assertThat(Surfaces.choose(Map.of("NASA", 3, "nasa", 1)), equalTo("nasa"));
        assertThat(Surfaces.choose(Map.of("CD ROM", 9, "cd rom", 1)), equalTo("CD ROM"));
        assertThat(Surfaces.choose(Map.of("C++", 9)), equalTo("c++"));
        assertThat(Surfaces.choose(Map.of("東京", 9)), equalTo("東京"));
    }

    @Test
    public void testJoin() {
        assertThat(Surfaces.join("crude", "oil"), equalTo("crude oil"));
        assertThat(Surfaces.join("北", "京"), equalTo("北京"));
        assertThat(Surfaces.join("서울", "시"), equalTo("서울 시"));
    }
}
