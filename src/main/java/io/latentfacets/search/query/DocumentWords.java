/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.Occlusion;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.field.column.StopCheck;
import io.latentfacets.model.Generation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;
import org.opensearch.OpenSearchException;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.index.fieldvisitor.FieldsVisitor;
import org.opensearch.search.lookup.SourceLookup;

/**
 * Explains which words of a document bring it near a point in latent space. Reads the document's source through the
 * caller's reader. If the words cannot be determined, the explanation gives the reason instead. Thread-safe; encodes on
 * the calling thread, some milliseconds per document.
 */
final class DocumentWords {

    private final EncoderService encoders;

    DocumentWords(EncoderService encoders) {
        this.encoders = encoders;
    }

    /**
     * Explains what each word contributes to a similarity, as a detail of another explanation.
     *
     * @param generation the generation whose encoder made the document's latent
     * @param stored that latent, int8[dims]; null if unknown
     * @param similarity maps a latent of unit length, float[dims], to the explained similarity
     */
    Explanation explain(
            LeafReaderContext leaf, int doc, Generation generation, byte[] stored, ToDoubleFunction<float[]> similarity)
            throws IOException {
        Map<String, Object> source = source(leaf, doc);
        if (source == null) {
            return unknown("the document has no [_source]");
        }
        SourceDocument document = SourceDocument.leniently(source, generation);
        if (document.isEmpty()) {
            return unknown("its [_source] has none of the fields " + generation.fields() + " of the model");
        }
        Occlusion occlusion = new Occlusion(generation, encoders);
        try {
            Occlusion.Explained explained = occlusion.explain(document, similarity, StopCheck.of(leaf.reader()));
            if (explained.latent() == null) {
                return unknown("its [_source] has no word that the model knows");
            }
            List<Explanation> terms = new ArrayList<>();
            for (ClusterTerm term : explained.terms()) {
                terms.add(Explanation.match(term.weight(), term.term()));
            }
            boolean same = stored == null || Arrays.equals(stored, explained.latent());
            return Explanation.match(
                    terms.size(),
                    "words that bring it there, each with what the similarity loses without it"
                            + (same ? "" : "; its [_source] now gives another latent than it has"),
                    terms);
        } catch (TaskCancelledException e) {
            throw e;
        } catch (OpenSearchException e) {
            return unknown(e.getMessage());
        }
    }

    /** The reason that stands for the words where the searched indices are not bound to the model. */
    static Explanation notBound(String model) {
        return unknown("the indices searched are not bound to model [" + model + "]");
    }

    static Explanation unknown(String why) {
        return Explanation.match(0, "words that bring it there are not known: " + why);
    }

    /** Reads through the caller's reader, so that hidden fields stay hidden; null if there is no source. */
    private static Map<String, Object> source(LeafReaderContext leaf, int doc) throws IOException {
        FieldsVisitor visitor = new FieldsVisitor(true);
        leaf.reader().storedFields().document(doc, visitor);
        BytesReference source = visitor.source();
        return source == null ? null : SourceLookup.sourceAsMap(source);
    }
}
