/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * A term near to what was asked for.
 *
 * @param term the word or pair of words, as documents most often write it
 * @param similarity the cosine in the space of words, in [-1, 1]; see {@link WordSpace}
 * @param docFreq the number of documents of the training that contain it
 */
public record NearTerm(String term, float similarity, int docFreq) implements Writeable, ToXContentObject {

    NearTerm(StreamInput in) throws IOException {
        this(in.readString(), in.readFloat(), in.readVInt());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(term);
        out.writeFloat(similarity);
        out.writeVInt(docFreq);
    }

    /** The term as in responses; the map keeps its order. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("term", term);
        map.put("similarity", similarity);
        map.put("doc_freq", docFreq);
        return map;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.map(toMap());
    }
}
