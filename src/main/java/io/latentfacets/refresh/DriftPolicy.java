/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.drift.DriftReport;
import io.latentfacets.drift.NewSubject;
import io.latentfacets.drift.watch.DriftService;
import io.latentfacets.model.StoredModel;
import io.latentfacets.training.TrainStart;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.opensearch.core.action.ActionListener;

/**
 * Decides by the drift of the documents that were ingested of late. If there is nothing to compare, another policy
 * decides. Its sentences name signals and numbers and no words: more people may read schedules than models.
 * Thread-safe.
 */
final class DriftPolicy implements RefreshPolicy {

    /** The most new subjects that a training hears of, the largest ones: they are in the cluster state. */
    private static final int MOST_SUBJECTS = 10;

    private final BiConsumer<String, ActionListener<DriftReport>> reports;
    private final RefreshPolicy otherwise;

    /** @param otherwise decides if no drift can be told */
    DriftPolicy(DriftService drifts, RefreshPolicy otherwise) {
        this(drifts::report, otherwise);
    }

    DriftPolicy(BiConsumer<String, ActionListener<DriftReport>> reports, RefreshPolicy otherwise) {
        this.reports = reports;
        this.otherwise = otherwise;
    }

    @Override
    public void decide(StoredModel model, ActionListener<Decision> listener) {
        reports.accept(model.name(), Listeners.andThen(listener, (next, report) -> {
            if (report.status() == DriftReport.Status.UNKNOWN || report.documents() == 0) {
                otherwise.decide(model, next);
            } else {
                next.onResponse(decide(report));
            }
        }));
    }

    private static Decision decide(DriftReport report) {
        return switch (report.advice()) {
            case NONE ->
                new Decision(
                        Advice.NONE,
                        String.format(
                                Locale.ROOT,
                                "the %,d documents of late are like those that it learned from",
                                report.documents()));
            case CLUSTERS -> new Decision(Advice.CLUSTERS, reasons(report), TrainStart.AUTO, List.of());
            // a warm start learns new subjects less well (WarmBenchmark)
            case FULL ->
                new Decision(
                        Advice.FULL,
                        reasons(report),
                        TrainStart.COLD,
                        report.newSubjects().stream()
                                .limit(MOST_SUBJECTS)
                                .map(NewSubject::latents)
                                .toList());
        };
    }

    private static String reasons(DriftReport report) {
        return String.format(
                Locale.ROOT,
                "of the %,d documents of late %s",
                report.documents(),
                String.join(", and ", report.reasons()));
    }
}
