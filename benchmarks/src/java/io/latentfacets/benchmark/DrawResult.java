/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the plugin and the classics made of a draw: the runs of each method, one for each seed.
 *
 * @param draw the draw
 * @param ours the plugin's runs with the true number of clusters; fewer than seeds if one failed
 * @param auto its runs with {@code clusters.count: auto}; empty if not asked for
 * @param classics the runs of each classic by its title, in the order of the table; those that failed are left out
 * @param first the clusters of the plugin's first run; {@code null} if it failed
 * @param failures what went wrong, in words
 */
record DrawResult(
        Draw draw,
        List<Scores> ours,
        List<Scores> auto,
        Map<String, List<Scores>> classics,
        Learned first,
        List<String> failures) {

    /** The NMI of runs, on average. A method without any, because it failed, has found nothing: 0. */
    static double nmi(List<Scores> runs) {
        return runs.isEmpty() ? 0 : Report.mean(runs, Scores::nmi);
    }

    /** The NMI of the best classic on this draw; empty if none was run. */
    Optional<Double> best() {
        return classics.values().stream().map(DrawResult::nmi).max(Double::compare);
    }

    /** The NMI of a classic; empty if it was not run. */
    Optional<Double> classic(String title) {
        return Optional.ofNullable(classics.get(title)).map(DrawResult::nmi);
    }

    /** Whether a classic has a higher NMI than the plugin with the true number of clusters. */
    boolean lost() {
        return best().isPresent() && nmi(ours) < best().get();
    }

    /** All runs by the title of their method: the plugin's, and those of the classics. */
    Map<String, List<Scores>> methods(String objective) {
        Map<String, List<Scores>> methods = new LinkedHashMap<>();
        methods.put("**latent-facets " + objective + "**", ours);
        methods.put("latent-facets " + objective + ", K auto", auto);
        methods.putAll(classics);
        return methods;
    }
}
