/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

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
 */
public record GenerationSummary(GenerationInfo info, int vocabularySize, int clusters, long bytes)
        implements Writeable, ToXContentObject {

    public GenerationSummary(StreamInput in) throws IOException {
        this(new GenerationInfo(in), in.readVInt(), in.readVInt(), in.readVLong());
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
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject()
                .field("generation", info.number())
                .field("encoder_generation", info.encoderGeneration())
                .field("created", info.createdMillis())
                .field("documents", info.documents())
                .field("vocabulary_size", vocabularySize)
                .field("clusters", clusters)
                .field("seconds", info.seconds())
                .field("device", info.device())
                .field("bytes", bytes)
                .field("metrics", info.metrics())
                .endObject();
    }
}
