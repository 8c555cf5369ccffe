/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.model.ClusterSuggestions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;

/**
 * Asks a language model for the labels of clusters, a few at a time. An answer that is no label, or a label that
 * another cluster has, is asked for again with the reason. If it is still taken after that, a term of the cluster goes
 * with it. What fails for one cluster fails for it alone, except that a model that the caller may not ask, or that is
 * not there, is not asked again. For one use. Thread-safe. Never blocks.
 */
final class Suggesting {

    /** How many clusters are asked for at the same time. */
    static final int AT_ONCE = 4;

    /** How often a cluster is asked for. */
    static final int TRIES = 3;

    private static final int SHOWN = 200;
    private static final Set<RestStatus> IN_VAIN =
            Set.of(RestStatus.UNAUTHORIZED, RestStatus.FORBIDDEN, RestStatus.NOT_FOUND);
    /** The same for the sentences: all clusters have theirs from the same indices. */
    static final Set<RestStatus> UNREADABLE =
            Set.of(RestStatus.BAD_REQUEST, RestStatus.UNAUTHORIZED, RestStatus.FORBIDDEN, RestStatus.NOT_FOUND);

    private final PromptWriter writer;
    private final int words;
    private final BiConsumer<String, ActionListener<List<String>>> sentences;
    private final LanguageModel model;
    private final Executor executor;
    private final ActionListener<Map<String, Outcome>> done;

    // guarded by this
    private final Queue<String> waiting = new ArrayDeque<>();
    private final Set<String> asked = new HashSet<>();
    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
    private final Map<String, String> labels = new HashMap<>();
    private final Map<String, String> takenBy = new HashMap<>();
    private int left;
    private boolean running;
    private Exception stopped;

    /**
     * What came of one cluster: a label, or the reason why there is none.
     *
     * @param label null for none
     * @param distinguished what was added to the model's label so that no other cluster has it; null for nothing
     * @param error null if there is a label
     * @param status the HTTP status that goes with the error
     */
    record Outcome(String label, String distinguished, String error, int status) {
        static Outcome failed(Exception e) {
            Throwable cause = ExceptionsHelper.unwrapCause(e);
            String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            return new Outcome(
                    null,
                    null,
                    QuotedText.cut(QuotedText.visible(reason), 3 * SHOWN),
                    ExceptionsHelper.status(e).getStatus());
        }
    }

    /** One cluster that is being asked for. */
    private static final class Work {
        private final String key;
        private final List<PromptWriter.Refused> refused = new ArrayList<>();
        private List<String> quoted = List.of();

        private Work(String key) {
            this.key = key;
        }
    }

    /**
     * @param words the largest number of words of a label
     * @param sentences finds the sentences of a cluster
     * @param executor where prompts are written and answers read; not the calling thread
     * @param done receives the outcome of every cluster
     */
    Suggesting(
            PromptWriter writer,
            int words,
            BiConsumer<String, ActionListener<List<String>>> sentences,
            LanguageModel model,
            Executor executor,
            ActionListener<Map<String, Outcome>> done) {
        this.writer = writer;
        this.words = words;
        this.sentences = sentences;
        this.model = model;
        this.executor = executor;
        this.done = ActionListener.notifyOnce(done);
    }

    /**
     * Starts. To be called once.
     *
     * @param keys of clusters and parents, distinct
     * @param suggestions labels that wait for other clusters; none of the new ones is like one of them
     */
    void run(List<String> keys, ClusterSuggestions suggestions) {
        Exception why;
        synchronized (this) {
            running = true;
            why = stopped;
            waiting.addAll(keys);
            left = keys.size();
            writer.keys().forEach(key -> takenBy.putIfAbsent(LabelText.key(writer.label(key)), key));
            suggestions.only(writer.keys()).without(keys).byKey().forEach((key, suggestion) -> {
                takenBy.putIfAbsent(LabelText.key(suggestion.label()), key);
                labels.put(key, suggestion.label());
            });
        }
        if (why != null || keys.isEmpty()) {
            stop(why);
            return;
        }
        for (int i = 0; i < Math.min(AT_ONCE, keys.size()); i++) {
            executor.execute(this::next);
        }
    }

    /** Ends it: what has no outcome yet gets this one. What is stopped before it runs asks for nothing when it runs. */
    void stop(Exception why) {
        Map<String, Outcome> all;
        synchronized (this) {
            stopped = why;
            if (!running) {
                return;
            }
            waiting.forEach(key -> outcomes.put(key, Outcome.failed(why)));
            waiting.clear();
            asked.forEach(key -> outcomes.putIfAbsent(key, Outcome.failed(why)));
            left = 0;
            all = new LinkedHashMap<>(outcomes);
        }
        done.onResponse(all);
    }

    private void next() {
        Work work;
        synchronized (this) {
            String key = waiting.poll();
            if (key == null) {
                return;
            }
            asked.add(key);
            work = new Work(key);
        }
        guarded(
                work,
                () -> sentences.accept(
                        work.key,
                        Listeners.either(
                                found -> executor.execute(() -> {
                                    work.quoted = found;
                                    ask(work);
                                }),
                                e -> failed(work, e, UNREADABLE))));
    }

    private void ask(Work work) {
        guarded(work, () -> {
            Map<String, String> now;
            synchronized (this) {
                if (outcomes.containsKey(work.key)) {
                    return; // it was stopped
                }
                now = Map.copyOf(labels);
            }
            model.ask(
                    writer.write(work.key, work.quoted, now, work.refused),
                    Listeners.either(
                            answer -> executor.execute(() -> guarded(work, () -> read(work, answer))),
                            e -> failed(work, e, IN_VAIN)));
        });
    }

    /** What cannot be foreseen ends the cluster, and neither the others nor, as an error would, the node. */
    private void guarded(Work work, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            end(work, Outcome.failed(e));
        } catch (StackOverflowError e) {
            end(work, Outcome.failed(new IllegalStateException("a text is nested too deeply", e)));
        }
    }

    /** @param inVain the statuses with which each other cluster would fail, too */
    private void failed(Work work, Exception e, Set<RestStatus> inVain) {
        if (inVain.contains(ExceptionsHelper.status(e))) {
            synchronized (this) {
                waiting.forEach(key -> outcomes.put(key, Outcome.failed(e)));
                left -= waiting.size();
                waiting.clear();
            }
        }
        end(work, Outcome.failed(e));
    }

    private void read(Work work, String answer) {
        LabelText.Found found = LabelText.find(answer, words);
        boolean last = work.refused.size() + 1 >= TRIES;
        if (found.label() == null) {
            work.refused.add(new PromptWriter.Refused(answer, found.problem()));
            if (!last) {
                ask(work);
                return;
            }
            end(
                    work,
                    Outcome.failed(new OpenSearchStatusException(
                            "asked [{}] times, and the last answer is no label ({}): [{}]",
                            RestStatus.BAD_GATEWAY,
                            TRIES,
                            found.problem(),
                            QuotedText.quote(answer, SHOWN))));
            return;
        }
        String holder = claim(work.key, found.label());
        if (holder == null) {
            end(work, new Outcome(found.label(), null, null, 0));
        } else if (!last) {
            work.refused.add(new PromptWriter.Refused(found.label(), "another cluster has this label"));
            ask(work);
        } else {
            distinguish(work, found.label(), holder);
        }
    }

    /** Takes a label for a cluster; returns the key of the cluster that has it already, null if it was taken. */
    private synchronized String claim(String key, String label) {
        String holder = takenBy.putIfAbsent(LabelText.key(label), key);
        if (holder != null && !holder.equals(key)) {
            return holder;
        }
        labels.put(key, label);
        return null;
    }

    /** Adds a term that the other cluster does not have; if that helps nothing, the key. */
    private void distinguish(Work work, String label, String holder) {
        Set<String> theirs = new HashSet<>(writer.terms(holder));
        List<String> own = new ArrayList<>(writer.terms(work.key));
        own.sort((a, b) -> Boolean.compare(theirs.contains(a), theirs.contains(b)));
        own.add(work.key);
        for (String term : own) {
            String plain = QuotedText.quote(term, LabelText.MAX_CHARACTERS / 2);
            String with = label + " (" + plain + ")";
            if (!LabelText.key(label).contains(LabelText.key(plain)) && claim(work.key, with) == null) {
                end(work, new Outcome(with, plain, null, 0));
                return;
            }
        }
        end(work, new Outcome(ClusterInfo.withKey(label, work.key), work.key, null, 0));
    }

    private void end(Work work, Outcome outcome) {
        Map<String, Outcome> all = null;
        synchronized (this) {
            if (outcomes.putIfAbsent(work.key, outcome) != null) {
                return;
            }
            left--;
            if (left <= 0) {
                all = new LinkedHashMap<>(outcomes);
            }
        }
        if (all != null) {
            done.onResponse(all);
        } else {
            executor.execute(this::next);
        }
    }
}
