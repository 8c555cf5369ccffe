/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.ModelState;
import io.latentfacets.vae.training.EpochReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.CancellableTask;

/**
 * A training on its node: keeps its own progress and knows when to stop. One thread reports, any thread reads the
 * status.
 */
public final class WorkerTask extends CancellableTask {

    /** Epochs kept for the history; more would make the status of a task heavy. */
    static final int MAX_HISTORY = 500;

    private final String model;
    private final int generation;
    private final String node;
    private final List<Map<String, Object>> history = new ArrayList<>();
    private TrainingPhase phase = TrainingPhase.WAITING;
    private double phaseDone;
    private long phaseEtaMillis = -1;
    private long documentsRead;
    private int epoch;
    private int epochs;
    private Map<String, Double> loss = Map.of();
    private String device;
    private Runnable whileWaiting;

    WorkerTask(
            long id,
            String type,
            String action,
            TaskId parent,
            Map<String, String> headers,
            String model,
            int generation,
            String node) {
        super(id, type, action, "train latent model [" + model + "] generation [" + generation + "]", parent, headers);
        this.model = model;
        this.generation = generation;
        this.node = node;
    }

    /** True: the searches and the re-encoding that a training starts end with it. */
    @Override
    public boolean shouldCancelChildrenOnCancellation() {
        return true;
    }

    /**
     * Waits for a thread to begin on. A cancellation before {@link #begin} runs {@code cancelled}, on any thread,
     * instead of being found only when the thread has become free.
     */
    void awaitThread(Runnable cancelled) {
        synchronized (this) {
            whileWaiting = cancelled;
        }
        if (isCancelled()) {
            onCancelled();
        }
    }

    /**
     * Whether the training may begin now; false if it was cancelled while it waited, and whoever waits has been told.
     */
    synchronized boolean begin() {
        boolean waiting = whileWaiting != null;
        whileWaiting = null;
        return waiting;
    }

    @Override
    protected void onCancelled() {
        Runnable cancelled;
        synchronized (this) {
            cancelled = whileWaiting;
            whileWaiting = null;
        }
        if (cancelled != null) {
            cancelled.run();
        }
    }

    /** What a cancelled training ends with. */
    TaskCancelledException cancellation() {
        return new TaskCancelledException("training of [" + model + "] was cancelled: " + getReasonCancelled());
    }

    /** Throws when somebody has cancelled this task. */
    public void checkCancelled() {
        if (isCancelled()) {
            throw cancellation();
        }
    }

    /** Goes on to a phase, or notes how far it has come, 0 to 1. Fails like {@link #checkCancelled} when cancelled. */
    void progress(TrainingPhase next, double done) {
        checkCancelled();
        synchronized (this) {
            phase = next;
            phaseDone = done;
            phaseEtaMillis = -1;
        }
    }

    synchronized void documentsRead(long count) {
        documentsRead = count;
    }

    synchronized void device(String name) {
        device = name;
    }

    /** Notes an epoch that has ended. */
    synchronized void epoch(EpochReport report) {
        epoch = report.epoch();
        epochs = report.epochs();
        Map<String, Double> parts = new TreeMap<>();
        put(parts, "total", report.loss());
        put(parts, "held_out", report.heldOutLoss());
        report.parts().forEach((name, value) -> put(parts, name, value));
        loss = parts;
        phaseDone = report.percent() / 100;
        phaseEtaMillis = report.etaMillis();
        if (history.size() < MAX_HISTORY) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("restart", report.restart());
            entry.put("stage", report.stage());
            entry.put("epoch", report.epoch());
            entry.putAll(parts);
            entry.put("loss", entry.remove("total"));
            entry.values().removeIf(Objects::isNull);
            history.add(entry);
        }
    }

    /** JSON knows no NaN and no infinity. */
    private static void put(Map<String, Double> parts, String name, double value) {
        if (Double.isFinite(value)) {
            parts.put(name, value);
        }
    }

    synchronized List<Map<String, Object>> history() {
        return List.copyOf(history);
    }

    @Override
    public synchronized TrainingStatus getStatus() {
        long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - getStartTimeNanos());
        double percent = phase.percent(phaseDone);
        return new TrainingStatus(
                model,
                generation,
                ModelState.TRAINING.toString(),
                phase.toString(),
                documentsRead,
                epoch,
                epochs,
                loss,
                Math.round(percent * 10) / 10.0,
                elapsed,
                eta(elapsed, percent),
                node,
                device,
                null,
                history);
    }

    /** From the trainer's own estimate while it trains, else by rule of three; none in the first moments. */
    private long eta(long elapsed, double percent) {
        if (phase == TrainingPhase.DONE) {
            return 0;
        }
        if (phaseEtaMillis >= 0) {
            return phaseEtaMillis + elapsed / 10;
        }
        return percent < 2 ? -1 : (long) (elapsed * (100 - percent) / percent);
    }
}
