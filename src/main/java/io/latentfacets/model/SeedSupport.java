/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What a training made of a seed of the definition. Immutable.
 *
 * @param label the label of the seed
 * @param key the key of its cluster; null if it has none
 * @param documents the number of documents that show the subject: those by which its cluster was placed
 * @param unknown the terms and the ids that the training did not find
 * @param why why there is no cluster, as a sentence; null if there is one
 */
public record SeedSupport(String label, String key, int documents, List<String> unknown, String why)
        implements Writeable, ToXContentObject {

    /** The name of the list in the API and in the store. */
    static final String SEEDS = "seeds";

    public SeedSupport {
        Objects.requireNonNull(label);
        unknown = List.copyOf(unknown);
        if ((key == null) == (why == null)) {
            throw new IllegalArgumentException("seed [" + label + "] must have a cluster or a reason why not");
        }
    }

    SeedSupport(StreamInput in) throws IOException {
        this(in.readString(), in.readOptionalString(), in.readVInt(), in.readStringList(), in.readOptionalString());
    }

    /** Whether the subject has a cluster. */
    public boolean supported() {
        return key != null;
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(label);
        out.writeOptionalString(key);
        out.writeVInt(documents);
        out.writeStringCollection(unknown);
        out.writeOptionalString(why);
    }

    /** Reads the list of an object that {@link #write} wrote into; an empty one if it has none. */
    static List<SeedSupport> fromJson(Map<String, Object> json) {
        List<SeedSupport> seeds = new ArrayList<>();
        for (Object entry : (List<?>) json.getOrDefault(SEEDS, List.of())) {
            Map<String, Object> seed = StrictMap.object(entry);
            seeds.add(new SeedSupport(
                    (String) seed.get("label"),
                    (String) seed.get("key"),
                    ((Number) seed.get("documents")).intValue(),
                    ((List<?>) seed.get("unknown_terms"))
                            .stream().map(String.class::cast).toList(),
                    (String) seed.get("why")));
        }
        return seeds;
    }

    /** Writes the list into the open object, unless it is empty. */
    static void write(XContentBuilder builder, List<SeedSupport> seeds) throws IOException {
        if (!seeds.isEmpty()) {
            builder.field(SEEDS, seeds);
        }
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field("label", label);
        if (key != null) {
            builder.field("key", key);
        }
        builder.field("documents", documents).field("unknown_terms", unknown).field("supported", supported());
        if (why != null) {
            builder.field("why", why);
        }
        return builder.endObject();
    }
}
