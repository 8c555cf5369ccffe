/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.cluster.Lineage;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.strict.StrictMap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Where a generation comes from: the decision to make it, the definition it was trained with, and what became of the
 * clusters of its predecessor. It has no words of documents. Immutable.
 *
 * @param decision the decision; null in a generation of an earlier build
 * @param lineage the transitions of clusters, then those of parents; empty without a predecessor
 * @param definition the definition as a JSON object; null if unknown. Kept as text, because a later build may refuse
 *     options that this one takes, and shows them all the same
 */
public record Provenance(Decision decision, List<Lineage.Transition> lineage, String definition)
        implements Writeable, ToXContentFragment {

    /** The provenance of a generation of an earlier build. */
    public static final Provenance UNKNOWN = new Provenance(null, List.of(), null);

    private static final long TRANSITION_BYTES = 256;

    public Provenance {
        lineage = List.copyOf(lineage);
    }

    public static Provenance of(Decision decision, List<Lineage.Transition> lineage, ModelDefinition definition) {
        Objects.requireNonNull(decision);
        return new Provenance(decision, lineage, Strings.toString(MediaTypeRegistry.JSON, definition));
    }

    public Provenance(StreamInput in) throws IOException {
        this(
                in.readOptionalWriteable(Decision::new),
                in.readList(each -> new Lineage.Transition(
                        each.readString(),
                        each.readStringList(),
                        Lineage.Event.of(each.readString()),
                        each.readDouble())),
                in.readOptionalString());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeOptionalWriteable(decision);
        out.writeCollection(lineage, (to, each) -> {
            to.writeString(each.key());
            to.writeStringCollection(each.from());
            to.writeString(each.event().key());
            to.writeDouble(each.overlap());
        });
        out.writeOptionalString(definition);
    }

    /** Reads the JSON object that {@link #toXContent} wrote into; absent parts are those of an earlier build. */
    public static Provenance fromJson(Map<String, Object> json) {
        List<Lineage.Transition> lineage = new ArrayList<>();
        for (Object entry : (List<?>) json.getOrDefault("lineage", List.of())) {
            Map<String, Object> each = StrictMap.object(entry);
            List<String> from = ((List<?>) each.get("from"))
                    .stream().map(String.class::cast).toList();
            lineage.add(new Lineage.Transition(
                    (String) each.get("key"),
                    from,
                    Lineage.Event.of((String) each.get("event")),
                    ((Number) each.get("overlap")).doubleValue()));
        }
        Map<String, Object> definition = StrictMap.object(json.get("definition"));
        Decision decision = Decision.fromJson(json.get("decision"));
        return new Provenance(
                decision == null ? null : decision.guidedBy(SeedSupport.fromJson(json)),
                lineage,
                definition == null ? null : text(definition));
    }

    private static String text(Map<String, Object> json) {
        try (XContentBuilder builder = XContentFactory.jsonBuilder()) {
            return builder.map(json).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The provenance of a copy that an import publishes under another model. */
    Provenance imported() {
        return decision == null ? this : new Provenance(decision.imported(), lineage, definition);
    }

    /** The estimated heap, in bytes. */
    long ramBytes() {
        return TRANSITION_BYTES * lineage.size() + (definition == null ? 0 : 2L * definition.length());
    }

    /** Writes {@code decision}, {@code seeds}, {@code lineage} and {@code definition}, as far as they are known. */
    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        if (decision != null) {
            builder.field("decision");
            decision.toXContent(builder, params);
            SeedSupport.write(builder, decision.seeds());
        }
        return writeDetails(builder);
    }

    /** Writes {@code lineage} and, if it is known, {@code definition} into the open object. */
    public XContentBuilder writeDetails(XContentBuilder builder) throws IOException {
        builder.startArray("lineage");
        for (Lineage.Transition each : lineage) {
            builder.startObject()
                    .field("key", each.key())
                    .field("from", each.from())
                    .field("event", each.event().key())
                    .field("overlap", each.overlap())
                    .endObject();
        }
        builder.endArray();
        if (definition != null) {
            builder.rawField(
                    "definition",
                    new ByteArrayInputStream(definition.getBytes(StandardCharsets.UTF_8)),
                    MediaTypeRegistry.JSON);
        }
        return builder;
    }
}
