/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.progress;

import io.latentfacets.model.ModelState;
import io.latentfacets.vae.training.EpochReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.util.ThreadInterruptedException;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.persistent.AllocatedPersistentTask;

/**
 * The task of a training on the node that trains. It keeps the progress and reports cancellation. Thread-safe: one
 * thread reports progress, any thread reads the status.
 */
public final class WorkerTask extends AllocatedPersistentTask {

    /** The name of the persistent tasks that train. */
    public static final String PERSISTENT = "cluster:admin/plugins/latent/models/train/run";

    /** The action of this task: core's suffix for the task of a persistent task's node. */
    public static final String ACTION = PERSISTENT + "[c]";

    /** The largest number of epochs in the history, which bounds the size of the task's status. */
    static final int MAX_HISTORY = 500;

    private static final long PAUSE_MILLIS = 200;

    /** What a training asks its node before each step. Thread-safe. */
    public interface Conditions {

        /** Why trainings are to wait; empty if they are not. */
        Optional<String> pause();

        /** Whether the node is stopping. */
        boolean stopping();
    }

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
    private final Conditions conditions;
    private volatile String waitingFor;

    public WorkerTask(
            long id,
            String type,
            String action,
            TaskId parent,
            Map<String, String> headers,
            String model,
            int generation,
            String node,
            Conditions conditions) {
        super(id, type, action, "train latent model [" + model + "] generation [" + generation + "]", parent, headers);
        this.model = model;
        this.generation = generation;
        this.node = node;
        this.conditions = conditions;
    }

    /** True: cancelling a training also cancels its searches and its re-encoding. */
    @Override
    public boolean shouldCancelChildrenOnCancellation() {
        return true;
    }

    /**
     * Marks the task as waiting for a thread. A cancellation before {@link #begin} runs {@code cancelled} at once, on
     * any thread. Without this the caller would learn of it only when a thread becomes free.
     */
    public void awaitThread(Runnable cancelled) {
        synchronized (this) {
            whileWaiting = cancelled;
        }
        if (isCancelled()) {
            onCancelled();
        }
    }

    /**
     * Whether the training may begin. False if it was cancelled while it waited; then the callback of
     * {@link #awaitThread} has already answered.
     */
    public synchronized boolean begin() {
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

    /** The exception of a cancelled training. */
    public TaskCancelledException cancellation() {
        return new TaskCancelledException("training of [" + model + "] was cancelled: " + getReasonCancelled());
    }

    /** Throws {@link TaskCancelledException} if this task is cancelled or its node is stopping. */
    public void checkCancelled() {
        if (isCancelled()) {
            throw cancellation();
        }
        if (conditions.stopping()) {
            throw new TaskCancelledException("the node is stopping, so it does not go on with [" + model + "]");
        }
    }

    /**
     * Waits while trainings are paused. For the training's thread. Throws like {@link #checkCancelled}, also while it
     * waits.
     */
    public void checkPaused() {
        checkCancelled();
        Optional<String> reason = conditions.pause();
        if (reason.isEmpty()) {
            return;
        }
        try {
            while (reason.isPresent()) {
                waitingFor = reason.get();
                Thread.sleep(PAUSE_MILLIS);
                checkCancelled();
                reason = conditions.pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ThreadInterruptedException(e);
        } finally {
            waitingFor = null;
        }
    }

    /** Sets the phase and the done fraction of it, 0 to 1. Throws like {@link #checkCancelled}. */
    public void progress(TrainingPhase next, double done) {
        checkCancelled();
        synchronized (this) {
            phase = next;
            phaseDone = done;
            phaseEtaMillis = -1;
        }
    }

    public synchronized void documentsRead(long count) {
        documentsRead = count;
    }

    public synchronized void device(String name) {
        device = name;
    }

    /** Takes over the epochs that another worker has seen before the checkpoint from which this one goes on. */
    public synchronized void resume(List<Map<String, Object>> epochs) {
        history.clear();
        history.addAll(epochs);
    }

    /** Records an epoch that has ended. */
    public synchronized void epoch(EpochReport report) {
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

    /** Puts a finite value: JSON has no NaN and no infinity. */
    private static void put(Map<String, Double> parts, String name, double value) {
        if (Double.isFinite(value)) {
            parts.put(name, value);
        }
    }

    public synchronized List<Map<String, Object>> history() {
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
                waitingFor,
                List.of(),
                history);
    }

    /**
     * The estimated milliseconds until the end: the trainer's estimate plus a tenth of the elapsed time while it
     * trains, else an extrapolation from the percentage; −1 below 2 %.
     */
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
