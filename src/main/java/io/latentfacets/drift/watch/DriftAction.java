/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.drift.DriftReport;
import io.latentfacets.drift.NewSubject;
import io.latentfacets.drift.Signal;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Says how far the documents of late are from what a model learned. */
public final class DriftAction extends ActionType<DriftAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/drift";
    public static final DriftAction INSTANCE = new DriftAction();

    private DriftAction() {
        super(NAME, Response::new);
    }

    /** Names the model. */
    public static final class Request extends ActionRequest {

        final String model;

        Request(String model) {
            this.model = model;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
            }
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }

    /** A report on a generation. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final String model;
        private final int generation;
        private final DriftReport report;

        /** @param generation the number of the active generation; 0 if there is none */
        Response(String model, int generation, DriftReport report) {
            this.model = model;
            this.generation = generation;
            this.report = report;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                generation = frame.readVInt();
                report = read(frame);
            }
        }

        private static DriftReport read(StreamInput in) throws IOException {
            DriftReport.Status status = DriftReport.Status.valueOf(in.readString());
            String reason = in.readString();
            long since = in.readVLong();
            long documents = in.readVLong();
            Map<String, Signal> signals = in.readMap(
                    StreamInput::readString,
                    value -> new Signal(
                            value.readDouble(), value.readDouble(), value.readDouble(), value.readBoolean()));
            List<NewSubject> subjects = in.readList(value -> new NewSubject(
                    value.readStringList(),
                    value.readVLong(),
                    value.readList(each -> new NewSubject.Example(each.readString(), each.readString())),
                    List.of()));
            DriftReport.Advice advice = DriftReport.Advice.valueOf(in.readString());
            return new DriftReport(status, reason, since, documents, signals, subjects, advice, in.readStringList());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeVInt(generation);
                frame.writeString(report.status().name());
                frame.writeString(report.reason());
                frame.writeVLong(report.since());
                frame.writeVLong(report.documents());
                frame.writeMap(new TreeMap<>(report.signals()), StreamOutput::writeString, (to, signal) -> {
                    to.writeDouble(signal.value());
                    to.writeDouble(signal.learned());
                    to.writeDouble(signal.threshold());
                    to.writeBoolean(signal.alarm());
                });
                frame.writeCollection(new ArrayList<>(report.newSubjects()), (to, subject) -> {
                    to.writeStringCollection(subject.terms());
                    to.writeVLong(subject.documents());
                    to.writeCollection(subject.examples(), (each, example) -> {
                        each.writeString(example.index());
                        each.writeString(example.id());
                    });
                });
                frame.writeString(report.advice().name());
                frame.writeStringCollection(report.unreachable());
            }
        }

        DriftReport report() {
            return report;
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject()
                    .field("model", model)
                    .field("generation", generation)
                    .field("status", report.status().name().toLowerCase(Locale.ROOT));
            if (!report.reason().isEmpty()) {
                builder.field("reason", report.reason());
            }
            if (report.documents() > 0) {
                builder.field("since", report.since());
            }
            builder.field("documents", report.documents()).startObject("signals");
            for (Map.Entry<String, Signal> signal : report.signals().entrySet()) {
                builder.startObject(signal.getKey())
                        .field("value", signal.getValue().value())
                        .field("learned", signal.getValue().learned())
                        .field("threshold", signal.getValue().threshold())
                        .field("alarm", signal.getValue().alarm())
                        .endObject();
            }
            builder.endObject().startArray("new_subjects");
            for (NewSubject subject : report.newSubjects()) {
                builder.startObject()
                        .field("terms", subject.terms())
                        .field("documents", subject.documents())
                        .startArray("examples");
                for (NewSubject.Example example : subject.examples()) {
                    builder.startObject()
                            .field("_index", example.index())
                            .field("_id", example.id())
                            .endObject();
                }
                builder.endArray().endObject();
            }
            builder.endArray().field("advice", report.advice().name().toLowerCase(Locale.ROOT));
            if (!report.unreachable().isEmpty()) {
                builder.field("unreachable_nodes", report.unreachable());
            }
            return builder.endObject();
        }
    }
}
