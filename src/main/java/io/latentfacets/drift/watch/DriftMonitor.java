/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.async.Listeners;
import io.latentfacets.drift.DriftReference;
import io.latentfacets.drift.DriftReport;
import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.lifecycle.AbstractLifecycleComponent;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.gateway.GatewayService;
import org.opensearch.threadpool.Scheduler;
import org.opensearch.threadpool.ThreadPool;

/**
 * Saves the statistics of this node now and then. On one node of the cluster, the ingest node with the least id, it
 * also compares them for every model, counts the models that drift, and writes a line to the log when a model begins or
 * ceases to. Thread-safe.
 */
public final class DriftMonitor extends AbstractLifecycleComponent {

    /** The time between two comparisons, and between two writes of the files. */
    public static final Setting<TimeValue> INTERVAL = Setting.timeSetting(
            "plugins.latent.drift.interval",
            TimeValue.timeValueMinutes(1),
            TimeValue.timeValueSeconds(1),
            Setting.Property.NodeScope);

    private static final Logger logger = LogManager.getLogger(DriftMonitor.class);

    private final DriftWatch watch;
    private final DriftService service;
    private final Generations generations;
    private final ClusterService clusterService;
    private final ThreadPool threadPool;
    private final LatentStats stats;
    private final TimeValue interval;
    /** The models that drift; guarded by itself. */
    private final Map<String, DriftReport.Status> drifting = new HashMap<>();

    private volatile Scheduler.Cancellable task;

    public DriftMonitor(
            DriftWatch watch,
            DriftService service,
            Generations generations,
            ClusterService clusterService,
            ThreadPool threadPool,
            LatentStats stats,
            Settings settings) {
        this.watch = watch;
        this.service = service;
        this.generations = generations;
        this.clusterService = clusterService;
        this.threadPool = threadPool;
        this.stats = stats;
        this.interval = INTERVAL.get(settings);
    }

    @Override
    protected void doStart() {
        task = threadPool.scheduleWithFixedDelay(this::run, interval, ThreadPool.Names.GENERIC);
    }

    @Override
    protected void doStop() {
        task.cancel();
        save();
    }

    @Override
    protected void doClose() {}

    private void run() {
        save();
        Set<String> models = watches() ? generations.models() : Set.of();
        forget(models);
        for (String model : models) {
            int active = generations.active(model);
            Generations.Known known = generations.known(model, active);
            if (known != null) {
                Stamp stamp = Stamp.of(model, known);
                service.collect(
                        stamp,
                        Listeners.either(
                                found -> compare(stamp, found),
                                failure -> logger.debug("cannot compare the documents of [{}]", model, failure)));
            }
        }
    }

    /** Without the cluster state no model has a generation, and all statistics would be thrown away. */
    private void save() {
        boolean known = !clusterService.state().blocks().hasGlobalBlock(GatewayService.STATE_NOT_RECOVERED_BLOCK);
        if (known) {
            watch.save();
        }
    }

    private boolean watches() {
        String local = clusterService.localNode().getId();
        for (DiscoveryNode node :
                clusterService.state().nodes().getIngestNodes().values()) {
            if (node.getId().compareTo(local) < 0) {
                return false;
            }
        }
        return clusterService.localNode().isIngestNode();
    }

    private void compare(Stamp stamp, DriftService.Collected found) {
        if (found.sketch() != null && found.sketch().documents() >= DriftReference.FEWEST) {
            service.report(
                    stamp,
                    found,
                    Listeners.either(
                            report -> became(stamp.model(), report),
                            failure -> logger.debug("cannot compare the documents of [{}]", stamp.model(), failure)));
        }
    }

    /** Stops counting models that are gone or that another node watches. */
    private void forget(Set<String> models) {
        synchronized (drifting) {
            int before = drifting.size();
            drifting.keySet().retainAll(models);
            stats.add(StatName.MODELS_DRIFTING, drifting.size() - before);
        }
    }

    /** Counts a model and writes a line if its status is another one than before. */
    void became(String model, DriftReport report) {
        if (report.status() == DriftReport.Status.UNKNOWN) {
            return;
        }
        boolean drifts = report.status() != DriftReport.Status.GREEN;
        DriftReport.Status before;
        synchronized (drifting) {
            before = drifts ? drifting.put(model, report.status()) : drifting.remove(model);
            stats.add(StatName.MODELS_DRIFTING, (drifts ? 1 : 0) - (before == null ? 0 : 1));
        }
        if (drifts && before != report.status()) {
            logger.log(report.status() == DriftReport.Status.RED ? Level.WARN : Level.INFO, sentence(model, report));
        } else if (!drifts && before != null) {
            logger.info("the documents of model [{}] are again as those that it learned from", model);
        }
    }

    /** What an operator should know, without words of documents. */
    static String sentence(String model, DriftReport report) {
        String what = report.advice() == DriftReport.Advice.FULL
                ? "unlike those that it learned from; a full training is advised"
                : "of other shares of subjects than those that it learned from; new clusters are advised";
        return "the last [" + report.documents() + "] documents of model [" + model + "] are " + what + ": "
                + String.join(", ", report.reasons());
    }
}
