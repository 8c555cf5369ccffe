/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the steps of a training and reports each epoch to its listener. Not thread-safe. */
public final class Progress {
    private final TrainingListener listener;
    private final int totalEpochs;
    private long startNanos = System.nanoTime();
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private long totalSteps;
    private long steps;
    private int restart;
    private int epochs;
    private int stepsInEpoch;
    private double lossSum;

    public Progress(TrainingListener listener, int totalEpochs, long totalSteps) {
        this.listener = listener;
        this.totalEpochs = totalEpochs;
        this.totalSteps = totalSteps;
    }

    /**
     * All counts between two steps.
     *
     * @param restart the number of the restart, from 1
     * @param epochs the number of ended epochs of all restarts
     * @param steps the number of steps of all restarts
     * @param totalSteps the number of steps planned, less those skipped
     * @param stepsInEpoch the number of steps of the epoch that has begun
     * @param lossSum the sum of these steps' losses
     * @param sums the sums of the losses' terms, by name
     * @param elapsedNanos the time that the training took, without interruptions, in nanoseconds
     */
    record State(
            int restart,
            int epochs,
            long steps,
            long totalSteps,
            int stepsInEpoch,
            double lossSum,
            Map<String, Double> sums,
            long elapsedNanos) {

        /** Returns the share of the work that is done, 0 to 100. */
        double percent() {
            return Math.min(100, 100.0 * steps / totalSteps);
        }
    }

    State state() {
        return new State(
                restart,
                epochs,
                steps,
                totalSteps,
                stepsInEpoch,
                lossSum,
                new LinkedHashMap<>(sums),
                System.nanoTime() - startNanos);
    }

    /** Goes on counting from a {@link #state}. */
    void restore(State state) {
        restart = state.restart;
        epochs = state.epochs;
        steps = state.steps;
        totalSteps = state.totalSteps;
        stepsInEpoch = state.stepsInEpoch;
        lossSum = state.lossSum;
        sums.putAll(state.sums);
        startNanos = System.nanoTime() - state.elapsedNanos;
    }

    /** Starts counting for the next restart. */
    void nextRestart() {
        restart++;
    }

    void checkCancelled() {
        listener.checkCancelled();
    }

    /**
     * Records a step.
     *
     * @param loss the loss of the step
     * @param parts the terms of the loss, by name
     * @throws IllegalStateException if the loss is not finite
     */
    void step(double loss, Map<String, Double> parts) {
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException("the training diverged: the loss is " + loss + " in epoch " + (epochs + 1)
                    + ", step " + (stepsInEpoch + 1) + "; a lower [vae.learning_rate] may help");
        }
        lossSum += loss;
        parts.forEach((name, value) -> sums.merge(name, value, Double::sum));
        stepsInEpoch++;
        steps++;
    }

    void endEpoch(String stage, double heldOutLoss) {
        epochs++;
        Map<String, Double> means = new LinkedHashMap<>();
        sums.forEach((name, sum) -> means.put(name, sum / stepsInEpoch));
        double loss = lossSum / stepsInEpoch;
        sums.clear();
        lossSum = 0;
        stepsInEpoch = 0;
        double done = Math.min(1, (double) steps / totalSteps);
        long elapsed = (System.nanoTime() - startNanos) / 1_000_000;
        long eta = (long) (elapsed * (1 - done) / done);
        listener.epoch(new EpochReport(restart, stage, epochs, totalEpochs, loss, means, heldOutLoss, 100 * done, eta));
    }

    /** Removes planned steps that the training will not take. */
    void skip(long planned) {
        totalSteps -= planned;
    }
}
