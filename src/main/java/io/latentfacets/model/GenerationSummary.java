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
 * The properties of a generation that the API shows without loading it. Immutable.
 *
 * @param info the origin and quality
 * @param encoder the fingerprint of the encoder; {@link EncoderId#NONE} if the record was written before fingerprints
 *     existed
 * @param vocabularySize the number of terms
 * @param clusters the number of clusters
 * @param bytes the size of the archive, in bytes
 * @param curve the scores that decided the number of clusters; {@link CountCurve#NONE} if the definition gave the
 *     number
 * @param decision why it was made and what the comparison with its predecessor said; null in a generation of an earlier
 *     build
 */
public record GenerationSummary(
        GenerationInfo info,
        EncoderId encoder,
        int vocabularySize,
        int clusters,
        long bytes,
        CountCurve curve,
        Decision decision)
        implements Writeable, ToXContentObject {

    /** The number of runner-up counts that the API shows. */
    private static final int RUNNERS_UP = 3;

    /** The summary of a generation whose definition gave the number of clusters. */
    public GenerationSummary(GenerationInfo info, EncoderId encoder, int vocabularySize, int clusters, long bytes) {
        this(info, encoder, vocabularySize, clusters, bytes, CountCurve.NONE, null);
    }

    public GenerationSummary(StreamInput in) throws IOException {
        this(
                new GenerationInfo(in),
                new EncoderId(in.readLong()),
                in.readVInt(),
                in.readVInt(),
                in.readVLong(),
                readCurve(in),
                in.readOptionalWriteable(Decision::new));
    }

    private static CountCurve readCurve(StreamInput in) throws IOException {
        int chosen = in.readVInt();
        return new CountCurve(in.readList(point -> new CountCurve.Point(point.readVInt(), point.readDouble())), chosen);
    }

    public int number() {
        return info.number();
    }

    /** Whether it is another one with moved centroids. */
    public boolean minor() {
        return info.minorOf() != null;
    }

    /** Whether it is worse than its predecessor, so that its training does not activate it. */
    public boolean rejected() {
        return decision != null && decision.verdict() == Decision.Verdict.REJECTED;
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        info.writeTo(out);
        out.writeLong(encoder.bits());
        out.writeVInt(vocabularySize);
        out.writeVInt(clusters);
        out.writeVLong(bytes);
        out.writeVInt(curve.chosen());
        out.writeCollection(curve.points(), (to, point) -> {
            to.writeVInt(point.count());
            to.writeDouble(point.score());
        });
        out.writeOptionalWriteable(decision);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return writeFields(builder.startObject()).endObject();
    }

    /** Writes all fields into the open object. */
    public XContentBuilder writeFields(XContentBuilder builder) throws IOException {
        builder.field("generation", info.number()).field("encoder_generation", info.encoderGeneration());
        if (minor()) {
            builder.field("minor_of", info.minorOf().number());
        }
        if (!encoder.isNone()) {
            builder.field("encoder", encoder.toString());
        }
        builder.field("created", info.createdMillis())
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
        if (decision != null) {
            builder.field("decision");
            decision.toXContent(builder, EMPTY_PARAMS);
            SeedSupport.write(builder, decision.seeds());
        }
        return builder;
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
