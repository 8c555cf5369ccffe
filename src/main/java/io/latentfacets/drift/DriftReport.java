/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the documents of late are from what a generation learned. Immutable.
 *
 * @param status how they are, in one word
 * @param reason why there is no answer, in one sentence; empty if there is one
 * @param since the arrival of the first of the documents, epoch milliseconds; 0 if there are none
 * @param documents the number of documents
 * @param signals the measures by name; without those that the generation has no reference for
 * @param newSubjects the subjects that the generation has not learned, the largest first
 * @param advice what to do
 * @param unreachable the names of nodes that did not answer, whose documents are missing
 */
public record DriftReport(
        Status status,
        String reason,
        long since,
        long documents,
        Map<String, Signal> signals,
        List<NewSubject> newSubjects,
        Advice advice,
        List<String> unreachable) {

    public static final String OUT_OF_VOCABULARY = "out_of_vocabulary";
    public static final String SIMILARITY = "similarity";
    public static final String UNASSIGNED = "unassigned";
    public static final String CLUSTER_SHARES = "cluster_shares";

    /** How the documents are. */
    public enum Status {
        /** There is nothing to compare with. */
        UNKNOWN,
        /** As those that the generation learned from, as far as so many documents can tell. */
        GREEN,
        /** Of the same subjects in other shares. */
        YELLOW,
        /** Different in a way that the encoder has not learned. */
        RED
    }

    /** What to do. */
    public enum Advice {
        NONE,
        /** Find the clusters anew; the encoder still fits. */
        CLUSTERS,
        /** Train the encoder: it does not represent what is new. */
        FULL
    }

    public DriftReport {
        signals = new TreeMap<>(signals);
        newSubjects = List.copyOf(newSubjects);
        unreachable = List.copyOf(unreachable);
    }

    /** A report that cannot tell. */
    public static DriftReport unknown(String reason, long since, long documents) {
        return new DriftReport(Status.UNKNOWN, reason, since, documents, Map.of(), List.of(), Advice.NONE, List.of());
    }

    /** A report with the status and the advice that follow from signals and new subjects. */
    static DriftReport of(DriftSketch sketch, Map<String, Signal> signals, List<NewSubject> newSubjects) {
        boolean shares = false;
        boolean encoder = !newSubjects.isEmpty();
        for (Map.Entry<String, Signal> signal : signals.entrySet()) {
            if (signal.getKey().equals(CLUSTER_SHARES)) {
                shares = signal.getValue().alarm();
            } else {
                encoder |= signal.getValue().alarm();
            }
        }
        return new DriftReport(
                encoder ? Status.RED : shares ? Status.YELLOW : Status.GREEN,
                "",
                sketch.documents() == 0 ? 0 : sketch.since(),
                sketch.documents(),
                signals,
                newSubjects,
                encoder ? Advice.FULL : shares ? Advice.CLUSTERS : Advice.NONE,
                List.of());
    }

    /** What is beyond its threshold, a part of a sentence each. Names signals and numbers and no words of documents. */
    public List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        int subjects = newSubjects.size();
        if (subjects > 0) {
            long documents =
                    newSubjects.stream().mapToLong(NewSubject::documents).sum();
            reasons.add(String.format(
                    Locale.ROOT,
                    "about %,d are of %,d new %s",
                    documents,
                    subjects,
                    subjects == 1 ? "subject" : "subjects"));
        }
        for (Map.Entry<String, Signal> entry : signals.entrySet()) {
            Signal signal = entry.getValue();
            if (signal.alarm()) {
                reasons.add(String.format(
                        Locale.ROOT,
                        "the signal [%s] is %.3f (learned %.3f, threshold %.3f)",
                        entry.getKey(),
                        signal.value(),
                        signal.learned(),
                        signal.threshold()));
            }
        }
        return reasons;
    }

    /** A copy with other new subjects, for a reader who may not see all. */
    public DriftReport withNewSubjects(List<NewSubject> subjects) {
        return new DriftReport(status, reason, since, documents, signals, subjects, advice, unreachable);
    }

    /** A copy that names the nodes that did not answer. */
    public DriftReport withUnreachable(List<String> nodes) {
        return new DriftReport(status, reason, since, documents, signals, newSubjects, advice, nodes);
    }
}
