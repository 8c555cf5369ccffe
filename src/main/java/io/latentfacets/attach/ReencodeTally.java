/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.model.LeftDocuments;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.reindex.WorkerBulkByScrollTaskState;

/**
 * What the slices of one index have found, written and left. It counts in the task, too, which counts for all indices.
 * Thread-safe.
 */
final class ReencodeTally {

    private static final int REASON_LENGTH = 500;

    /**
     * The end of a pass.
     *
     * @param conflicts the number of documents that another writer changed meanwhile
     * @param failures the number of documents that could not be encoded or written, as far as it is known
     * @param left what was left, null for nothing
     */
    record Outcome(long conflicts, long failures, LeftDocuments left) {}

    private final String index;
    private final WorkerBulkByScrollTaskState task;

    // guarded by this
    private int unread;
    private long found;
    private long done;
    private long conflicts;
    private long failures;
    private boolean givenUp;
    private String reason;

    /**
     * @param index the name of the index
     * @param slices the number of slices that have not found their documents yet
     * @param task counts what is shown to users
     */
    ReencodeTally(String index, int slices, WorkerBulkByScrollTaskState task) {
        this.index = index;
        this.unread = slices;
        this.task = task;
    }

    /** A slice knows the number of its documents. */
    synchronized void found(long documents) {
        unread--;
        found += documents;
    }

    /** The latents of these documents are as they should be. */
    void unchanged(int documents) {
        for (int i = 0; i < documents; i++) {
            task.countNoop();
        }
        synchronized (this) {
            done += documents;
        }
    }

    /** Keeps the first reason why something was left. */
    synchronized void note(String why) {
        if (reason == null) {
            reason = why.length() > REASON_LENGTH ? why.substring(0, REASON_LENGTH) + "…" : why;
        }
    }

    /** One document could not be encoded or written. */
    synchronized void fail(String why) {
        failures++;
        note(why);
    }

    /** The index is left as it is now. */
    synchronized void giveUp(String why) {
        givenUp = true;
        note(why);
    }

    synchronized boolean givenUp() {
        return givenUp;
    }

    /** Counts what became of updates; returns whether any went well. */
    boolean written(BulkResponse response) {
        boolean any = false;
        for (BulkItemResponse item : response) {
            if (!item.isFailed()) {
                task.countUpdated();
                synchronized (this) {
                    done++;
                }
                any = true;
            } else if (changedMeanwhile(item.status())) {
                task.countVersionConflict();
                synchronized (this) {
                    conflicts++;
                }
                any = true;
            } else {
                fail(message(item.getFailure().getCause()));
            }
        }
        return any;
    }

    /** Another writer has changed the document (409) or deleted it (404). */
    private static boolean changedMeanwhile(RestStatus status) {
        return status == RestStatus.CONFLICT || status == RestStatus.NOT_FOUND;
    }

    /** What came of the pass; call it when all slices have ended. */
    synchronized Outcome outcome() {
        if (reason == null) {
            return new Outcome(conflicts, failures, null);
        }
        if (!givenUp) {
            return new Outcome(conflicts, failures, new LeftDocuments(index, failures, reason));
        }
        if (unread > 0) {
            return new Outcome(conflicts, failures, new LeftDocuments(index, LeftDocuments.UNKNOWN, reason));
        }
        long documents = Math.max(failures, found - done - conflicts);
        return new Outcome(conflicts, documents, new LeftDocuments(index, documents, reason));
    }

    /** What a failure says, without the exceptions that only carry it between nodes. */
    static String message(Throwable failure) {
        Throwable cause = ExceptionsHelper.unwrapCause(failure);
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
