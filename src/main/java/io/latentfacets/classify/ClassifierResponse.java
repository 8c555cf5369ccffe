/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.model.StoredClassifier;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** One classifier, or all of a model. Immutable. */
public final class ClassifierResponse extends ActionResponse implements ToXContentObject {

    private final List<StoredClassifier> classifiers;
    private final List<Boolean> ready;
    private final boolean all;

    private ClassifierResponse(List<StoredClassifier> classifiers, List<Boolean> ready, boolean all) {
        this.classifiers = List.copyOf(classifiers);
        this.ready = List.copyOf(ready);
        this.all = all;
    }

    /** @param ready whether the classifier was trained for the encoder of the model's active generation */
    static ClassifierResponse one(StoredClassifier classifier, boolean ready) {
        return new ClassifierResponse(List.of(classifier), List.of(ready), false);
    }

    /** @param ready for each, whether it was trained for the encoder of the model's active generation */
    static ClassifierResponse all(List<StoredClassifier> classifiers, List<Boolean> ready) {
        return new ClassifierResponse(classifiers, ready, true);
    }

    ClassifierResponse(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            classifiers = frame.readList(StoredClassifier::new);
            ready = frame.readList(StreamInput::readBoolean);
            all = frame.readBoolean();
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeCollection(classifiers);
            frame.writeCollection(ready, StreamOutput::writeBoolean);
            frame.writeBoolean(all);
        }
    }

    List<StoredClassifier> classifiers() {
        return classifiers;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        if (!all) {
            show(builder, 0, true);
            return builder;
        }
        builder.startObject().startArray("classifiers");
        for (int i = 0; i < classifiers.size(); i++) {
            show(builder, i, false);
        }
        return builder.endArray().endObject();
    }

    /** @param labels whether to show each label and the confusions, which can be long */
    private void show(XContentBuilder builder, int i, boolean labels) throws IOException {
        StoredClassifier classifier = classifiers.get(i);
        builder.startObject()
                .field("model", classifier.model())
                .field("classifier", classifier.name())
                .field("state", ready.get(i) ? "ready" : "stale");
        if (classifier.error() != null) {
            builder.field("error", classifier.error());
        }
        classifier.definition().show(builder);
        for (Map.Entry<String, Object> property : classifier.trained().toMap().entrySet()) {
            builder.field(property.getKey(), property.getValue());
        }
        builder.field("label_count", classifier.labels().size());
        if (labels) {
            Map<String, Object> all = classifier.toMap();
            builder.field("labels", all.get("labels")).field("confusions", all.get("confusions"));
        }
        builder.endObject();
    }
}
