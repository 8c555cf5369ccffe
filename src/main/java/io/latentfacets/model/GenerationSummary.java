/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.cluster.CountCurve;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What the API shows of a generation without loading it. Immutable.
 *
 * @param vocabularySize terms it knows
 * @param clusters how many clusters it has
 * @param bytes size of its archive
 * @param curve what the number of clusters was decided from; {@link CountCurve#NONE} where it was given
 */
public record GenerationSummary(GenerationInfo info, int vocabularySize, int clusters, long bytes, CountCurve curve)
        implements Writeable, ToXContentObject {

    /** How many of the counts that came close are shown. */
    private static final int RUNNERS_UP = 3;

    /** Of a generation whose number of clusters was given. */
    public GenerationSummary(GenerationInfo info, int vocabularySize, int clusters, long bytes) {
        this(info, vocabularySize, clusters, bytes, CountCurve.NONE);
    }

    public GenerationSummary(StreamInput in) throws IOException {
        this(new GenerationInfo(in), in.readVInt(), in.readVInt(), in.readVLong(), readCurve(in));
    }

    private static CountCurve readCurve(StreamInput in) throws IOException {
        int chosen = in.readVInt();
        return new CountCurve(in.readList(point -> new CountCurve.Point(point.readVInt(), point.readDouble())), chosen);
    }

    public int number() {
        return info.number();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        info.writeTo(out);
        out.writeVInt(vocabularySize);
        out.writeVInt(clusters);
        out.writeVLong(bytes);
        out.writeVInt(curve.chosen());
        out.writeCollection(curve.points(), (to, point) -> {
            to.writeVInt(point.count());
            to.writeDouble(point.score());
        });
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject()
                .field("generation", info.number())
                .field("encoder_generation", info.encoderGeneration())
                .field("created", info.createdMillis())
                .field("documents", info.documents())
                .field("vocabulary_size", vocabularySize)
                .field("clusters", clusters)
                .field("seconds", info.seconds())
                .field("device", info.device())
                .field("bytes", bytes)
                .field("metrics", info.metrics());
        if (curve.chosen() > 0) {
            writeCurve(builder);
            builder.startObject("cluster_choice")
                    .field("clusters", curve.chosen())
                    .field(
                            "runners_up",
                            curve.runnersUp().stream().limit(RUNNERS_UP).toList())
                    .endObject();
        }
        return builder.endObject();
    }

    public void writeCurve(XContentBuilder builder) throws IOException {
        builder.startArray("cluster_curve");
        for (CountCurve.Point point : curve.points()) {
            builder.startObject()
                    .field("clusters", point.count())
                    .field("score", point.score())
                    .endObject();
        }
        builder.endArray();
    }
}
