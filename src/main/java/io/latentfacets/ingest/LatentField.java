/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.field.DerivedFields;
import io.latentfacets.field.StoredLatent;
import io.latentfacets.model.EncoderId;
import java.util.Set;
import org.opensearch.ingest.IngestDocument;

/**
 * The latent of a document, and what is derived from it, as ingest sees them. Where a part of a document is merged into
 * a stored one, a removed field would stay there; this class writes null instead. Thread-safe, stateless.
 *
 * @param path the path of the latent
 * @param derived the fields that exist only with a latent
 */
record LatentField(String path, DerivedFields derived) {

    /** The document's value, of any type; null for none. */
    Object value(IngestDocument document) {
        return isTop() ? document.getSourceAndMetadata().get(path) : document.getFieldValue(path, Object.class, true);
    }

    /** Whether the field is a key of the document itself. Core takes longer to find out than to look there. */
    private boolean isTop() {
        return path.indexOf('.') < 0;
    }

    /** The document's latent; null for none and for a malformed one. */
    StoredLatent stored(IngestDocument document) {
        return StoredLatent.of(value(document));
    }

    void store(IngestDocument document, StoredLatent latent) {
        if (isTop()) {
            document.getSourceAndMetadata().put(path, latent.toMap());
        } else {
            document.setFieldValue(path, latent.toMap());
        }
    }

    /** Removes the latent and what was derived from it. */
    void remove(IngestDocument document) {
        remove(document, path);
        removeDerived(document);
    }

    /** Removes what was derived from a latent. */
    void removeDerived(IngestDocument document) {
        if (!derived.isNone()) {
            derived.paths().forEach(each -> remove(document, each));
        }
    }

    /**
     * Removes a field; of a part of a document, sees to it that the whole one lacks it. Where the part itself replaces
     * an object around the field by something else, the field goes with that object.
     */
    static void remove(IngestDocument document, String path) {
        if (PartialUpdates.isPart(document)) {
            if (!PartialUpdates.replacesParent(document.getSourceAndMetadata(), path)) {
                document.setFieldValue(path, null);
            }
        } else if (document.hasField(path)) {
            document.removeField(path);
        }
    }

    /**
     * Removes a latent that claims to be of the current encoder but no longer fits the document's content. A
     * re-encoding would not find such a document; it does find a document without a latent.
     */
    void dropOutdated(IngestDocument document, EncoderId encoder) {
        if (PartialUpdates.isPart(document) || StoredLatent.claims(value(document), encoder)) {
            remove(document, path);
        }
        removeDerived(document);
    }

    /**
     * Removes a latent that may not fit the document's content any more. Only a loaded generation can tell which text a
     * latent belongs to. A part of a document that changes nothing the generation reads is left as it is, whatever
     * latent it carries itself, and so is a part if nobody knows what the generation reads.
     *
     * @param encoder the encoder whose latents count as current; if it is unknown, all latents do
     * @param fields what the generation reads; empty if that is unknown
     */
    void dropUnverifiable(IngestDocument document, EncoderId encoder, Set<String> fields) {
        if (PartialUpdates.isPart(document)) {
            if (!PartialUpdates.setsAny(document, fields)) {
                return;
            }
            if (value(document) != null && !encoder.isNone() && !StoredLatent.claims(value(document), encoder)) {
                return; // it brings a latent of another encoder, which re-encoding finds
            }
        }
        if (encoder.isNone()) {
            remove(document);
        } else {
            dropOutdated(document, encoder);
        }
    }
}
