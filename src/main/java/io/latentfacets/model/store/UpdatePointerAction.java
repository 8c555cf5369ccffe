/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedRequest;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Changes the pointers of one model in the cluster state. Internal: only {@link ModelStore} calls it, never a user. */
public final class UpdatePointerAction extends ActionType<AcknowledgedResponse> {

    public static final UpdatePointerAction INSTANCE = new UpdatePointerAction();
    public static final String NAME = "internal:cluster/latent_facets/pointer";

    private UpdatePointerAction() {
        super(NAME, AcknowledgedResponse::new);
    }

    enum Change implements WireEnum {
        /** Make a generation the active one. */
        ACTIVATE(0),
        /** Relabel or hide one cluster. */
        EDIT_CLUSTER(1),
        /** Forget the model. */
        REMOVE(2),
        /** Bind the model to indices. */
        BIND(3),
        /** Make a minor generation the active one, unless the model trains. */
        ACTIVATE_MINOR(4),
        /** Replace what people have merged and split. */
        CURATE(5),
        /** Replace or forget a classifier: its name is the cluster key, its pointer the label. */
        CLASSIFIER(6),
        /** Replace the labels that wait: their text stands where that of a curation does, the edits are the label. */
        SUGGEST(7),
        /** The same; those that no longer wait become the labels of their clusters. */
        ACCEPT(8),
        /** Relabel, hide, pin many clusters: their edits stand where the text of a curation does. */
        EDIT_CLUSTERS(9);

        private final int id;

        Change(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }
    }

    /** The change, and the condition for making it. */
    public static final class Request extends AcknowledgedRequest<Request> {

        /** The expected generation that accepts any active generation. */
        static final int ANY = -1;

        final Change change;
        final String model;
        final int expected;
        /**
         * An activation's generation. In other changes the model's first generation, which tells the model from deleted
         * and later ones of its name; 0 if a node with an older build sent it.
         */
        final int generation;

        /** What {@link Pointers#describe} gave; null unless the change is an activation. */
        final String encoders;

        final String clusterKey;
        final ClusterEdits.Edit edit;
        final Bound expectedBound;
        final Bound bound;
        /** The text of the curation before and after, or that of edits; null if it stays what it is. */
        final String expectedCuration;

        final String curation;

        private Request(
                Change change,
                String model,
                int expected,
                int generation,
                String encoders,
                String clusterKey,
                ClusterEdits.Edit edit,
                Bound expectedBound,
                Bound bound,
                String expectedCuration,
                String curation) {
            this.change = change;
            this.model = model;
            this.expected = expected;
            this.generation = generation;
            this.encoders = encoders;
            this.clusterKey = clusterKey;
            this.edit = edit;
            this.expectedBound = expectedBound;
            this.bound = bound;
            this.expectedCuration = expectedCuration;
            this.curation = curation;
        }

        /**
         * Activates a generation.
         *
         * @param expected the generation that must be active now; 0 for none, {@link #ANY} for any
         * @param encoders the model's generations, as {@link Pointers#describe} gives them
         */
        static Request activate(String model, int expected, int generation, String encoders) {
            return activate(model, expected, generation, encoders, null, null);
        }

        /** {@link #activate} that replaces the curation too, if it is the expected one. */
        static Request activate(
                String model, int expected, int generation, String encoders, String expectedCuration, String curation) {
            return of(
                    Change.ACTIVATE,
                    model,
                    expected,
                    generation,
                    encoders,
                    ClusterEdits.Edit.NONE,
                    expectedCuration,
                    curation);
        }

        /** A change that names neither a cluster nor a binding. */
        private static Request of(
                Change change,
                String model,
                int expected,
                int generation,
                String encoders,
                ClusterEdits.Edit edit,
                String expectedText,
                String text) {
            return new Request(
                    change,
                    model,
                    expected,
                    generation,
                    encoders,
                    null,
                    edit,
                    Bound.NONE,
                    Bound.NONE,
                    expectedText,
                    text);
        }

        /** {@link #activate} on the condition that no training of the model has a task in the cluster state. */
        static Request activateMinor(String model, int expected, int generation, String encoders) {
            return of(Change.ACTIVATE_MINOR, model, expected, generation, encoders, ClusterEdits.Edit.NONE, null, null);
        }

        /** Edits a cluster of the model with that first generation. */
        static Request editCluster(String model, int first, String key, ClusterEdits.Edit edit) {
            return new Request(
                    Change.EDIT_CLUSTER, model, ANY, first, null, key, edit, Bound.NONE, Bound.NONE, null, null);
        }

        /**
         * Edits many clusters of the model with that first generation.
         *
         * @param edits as {@link ClusterEdits#toJson} gives them; clusters that it does not name stay as they are
         */
        static Request editClusters(String model, int first, String edits) {
            return of(Change.EDIT_CLUSTERS, model, ANY, first, null, ClusterEdits.Edit.NONE, null, edits);
        }

        /**
         * Replaces what people have merged and split.
         *
         * @param expected the generation that must be active, because its clusters were looked at
         * @param first the model's first generation
         * @param expectedCuration the text that must be there now
         * @param curation the text that replaces it
         */
        static Request curate(String model, int expected, int first, String expectedCuration, String curation) {
            return of(Change.CURATE, model, expected, first, null, ClusterEdits.Edit.NONE, expectedCuration, curation);
        }

        /**
         * Replaces the labels that wait.
         *
         * @param accept whether those that no longer wait become the labels of their clusters
         * @param first the model's first generation
         * @param edits as {@link ClusterEdits#toJson} gives those that must be there now, because they were looked at
         * @param expected the text that must be there now
         * @param suggestions the text that replaces it
         */
        static Request suggest(
                boolean accept, String model, int first, String edits, String expected, String suggestions) {
            return of(
                    accept ? Change.ACCEPT : Change.SUGGEST,
                    model,
                    ANY,
                    first,
                    null,
                    new ClusterEdits.Edit(edits, false),
                    expected,
                    suggestions);
        }

        /** Forgets the model if its first generation is below a number; 0 for any. */
        static Request remove(String model, int below) {
            return of(Change.REMOVE, model, ANY, below, null, ClusterEdits.Edit.NONE, null, null);
        }

        /**
         * Binds a model to indices.
         *
         * @param first the model's first generation
         * @param expected what the model must be bound to now
         * @param bound what it is bound to afterwards
         */
        static Request bind(String model, int first, Bound expected, Bound bound) {
            return new Request(
                    Change.BIND, model, ANY, first, null, null, ClusterEdits.Edit.NONE, expected, bound, null, null);
        }

        /**
         * Replaces a classifier of the model with that first generation.
         *
         * @param pointer null to forget it
         */
        static Request classifier(String model, int first, String name, ClassifierPointer pointer) {
            String text = pointer == null ? null : pointer.toString();
            return new Request(
                    Change.CLASSIFIER,
                    model,
                    ANY,
                    first,
                    null,
                    name,
                    new ClusterEdits.Edit(text, false),
                    Bound.NONE,
                    Bound.NONE,
                    null,
                    null);
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                change = WireEnum.read(frame, Change.class);
                model = frame.readString();
                expected = frame.readInt();
                generation = frame.readVInt();
                encoders = frame.readOptionalString();
                clusterKey = frame.readOptionalString();
                edit = ClusterEdits.Edit.read(frame);
                expectedBound = new Bound(frame.readStringList());
                bound = new Bound(frame.readStringList());
                expectedCuration = frame.readOptionalString();
                curation = frame.readOptionalString();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                WireEnum.write(frame, change);
                frame.writeString(model);
                frame.writeInt(expected);
                frame.writeVInt(generation);
                frame.writeOptionalString(encoders);
                frame.writeOptionalString(clusterKey);
                edit.writeTo(frame);
                frame.writeStringCollection(expectedBound.patterns());
                frame.writeStringCollection(bound.patterns());
                frame.writeOptionalString(expectedCuration);
                frame.writeOptionalString(curation);
            }
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }
}
