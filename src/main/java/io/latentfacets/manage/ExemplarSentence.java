/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.encode.SentenceRanker;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * A sentence that represents a cluster.
 *
 * @param index the index of the document with the sentence
 * @param id the id of that document
 * @param sentence the text of the sentence
 * @param similarity the cosine to the cluster's centroid, −1 to 1
 */
record ExemplarSentence(String index, String id, String sentence, float similarity)
        implements Writeable, ToXContentObject {

    static ExemplarSentence of(SentenceRanker.Ranked ranked) {
        return new ExemplarSentence(ranked.index(), ranked.id(), ranked.sentence(), ranked.similarity());
    }

    ExemplarSentence(StreamInput in) throws IOException {
        this(in.readString(), in.readString(), in.readString(), in.readFloat());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(index);
        out.writeString(id);
        out.writeString(sentence);
        out.writeFloat(similarity);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject()
                .field("_index", index)
                .field("_id", id)
                .field("sentence", sentence)
                .field("similarity", similarity)
                .endObject();
    }
}
