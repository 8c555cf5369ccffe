/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.text.Bow;
import java.util.SplittableRandom;
import org.junit.Test;

public final class ViewsTests {
    private final Views views = new Views(new SplittableRandom(5), 10);

    @Test
    public void halvesAddUpToTheDocument() {
        Bow bow = new Bow(new int[] {1, 4, 7}, new float[] {1, 2.5f, 130});
        for (int trial = 0; trial < 200; trial++) {
            views.split(bow);
            for (int i = 0; i < bow.size(); i++) {
                float a = views.first()[i];
                float b = views.second()[i];
                assertThat((double) a + b, closeTo(bow.count(i), 1e-5));
                assertThat(a >= 0 && b >= 0, equalTo(true));
            }
        }
    }

    @Test
    public void countsAreBinomial() {
        Bow bow = new Bow(new int[] {0, 1}, new float[] {100, 3});
        double sum = 0;
        double squares = 0;
        int[] threes = new int[4];
        int trials = 20_000;
        for (int trial = 0; trial < trials; trial++) {
            views.split(bow);
            double a = views.first()[0];
            sum += a;
            squares += a * a;
            threes[(int) views.first()[1]]++;
        }
        double mean = sum / trials;
        assertThat(mean, closeTo(50, 0.2));
        assertThat(squares / trials - mean * mean, closeTo(25, 1.5));
        assertThat((double) threes[0] / trials, closeTo(1 / 8.0, 0.015));
        assertThat((double) threes[1] / trials, closeTo(3 / 8.0, 0.015));
    }

    @Test
    public void noViewIsEmpty() {
        Bow bow = new Bow(new int[] {3}, new float[] {1});
        for (int trial = 0; trial < 50; trial++) {
            views.split(bow);
            assertThat(views.viewOf(views.first()).size(), equalTo(1));
            assertThat(views.viewOf(views.second()).size(), equalTo(1));
        }
    }
}
