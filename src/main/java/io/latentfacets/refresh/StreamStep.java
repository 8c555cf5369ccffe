/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import java.io.IOException;
import java.time.Instant;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The last step with which the clusters of a model followed the stream. Immutable.
 *
 * @param millis when it was made, epoch milliseconds
 * @param generation the minor generation that it made
 * @param documents the number of documents that had come until then since the last clustering
 * @param largestMove the largest angle by which a centroid moved, in degrees
 */
public record StreamStep(long millis, int generation, long documents, double largestMove)
        implements Writeable, ToXContentObject {

    static final ConstructingObjectParser<StreamStep, Void> PARSER = new ConstructingObjectParser<>(
            "stream_step",
            true,
            args -> new StreamStep((long) args[0], (int) args[1], (long) args[2], (double) args[3]));

    static {
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("millis"));
        PARSER.declareInt(ConstructingObjectParser.constructorArg(), new ParseField("generation"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("documents"));
        PARSER.declareDouble(ConstructingObjectParser.constructorArg(), new ParseField("largest_move"));
    }

    public StreamStep(StreamInput in) throws IOException {
        this(in.readVLong(), in.readVInt(), in.readVLong(), in.readDouble());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVLong(millis);
        out.writeVInt(generation);
        out.writeVLong(documents);
        out.writeDouble(largestMove);
    }

    /** Writes the form that the cluster state keeps. */
    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject()
                .field("millis", millis)
                .field("generation", generation)
                .field("documents", documents)
                .field("largest_move", largestMove)
                .endObject();
    }

    /** Writes the form that the API shows. */
    XContentBuilder show(XContentBuilder builder) throws IOException {
        return builder.startObject()
                .field("time", Instant.ofEpochMilli(millis).toString())
                .field("generation", generation)
                .field("documents", documents)
                .field("largest_move", largestMove)
                .endObject();
    }
}
