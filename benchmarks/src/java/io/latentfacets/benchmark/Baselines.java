/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.Arrays;
import java.util.List;

/** All baselines, by name. */
final class Baselines {
    static final List<Baseline> ALL = List.of(
            new TfIdfKMeans(),
            new LsaKMeans(),
            new Nmf(),
            new MalletLda(),
            new Carrot2Baseline.BisectingKMeans(),
            new Carrot2Baseline.Lingo());

    private Baselines() {}

    /**
     * The names that the user selected with {@code all}, {@code none}, or a list.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    static List<String> select(String text) {
        List<String> names = ALL.stream().map(Baseline::name).toList();
        if (text.equals("all")) {
            return names;
        }
        if (text.equals("none")) {
            return List.of();
        }
        List<String> wanted =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        for (String name : wanted) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "--baselines must be all, none or some of " + String.join(",", names) + ": " + name);
            }
        }
        return names.stream().filter(wanted::contains).toList();
    }
}
