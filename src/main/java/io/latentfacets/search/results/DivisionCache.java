/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.model.Generation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.opensearch.common.hash.MessageDigests;
import org.opensearch.common.lease.Releasable;
import org.opensearch.core.common.breaker.CircuitBreakingException;

/**
 * Divisions of samples that this node has made of late, so that the same sample is divided once: a page that a user
 * reloads, the next page of hits, a filter that changes nothing. Keeps at most {@value #MOST} divisions, those used
 * last, and no sample.
 *
 * <p>The key is the SHA-256 of everything that a division depends on: the sample itself, latent by latent, the
 * generation and the options. So nobody gets a division of documents that he did not match, whatever permissions hide
 * from whom: who has the same sample has the same division. Thread-safe.
 */
final class DivisionCache {
    /** Some 20 kB each. Who asks for many samples drops the divisions of others, and takes no more memory. */
    static final int MOST = 64;

    /** The heap bytes of a division, of a cluster and of a term, without their arrays and characters. */
    private static final int DIVISION_BYTES = 512;

    private static final int CLUSTER_BYTES = 320;
    private static final int TERM_BYTES = 96;

    private final BiFunction<Long, String, Releasable> charge;
    private final Map<Key, Kept> kept = new LinkedHashMap<>(16, .75f, true);

    /** The digest of what a division depends on. */
    record Key(ByteBuffer digest) {}

    private record Kept(ResultClusters clusters, Releasable charged) {}

    /** @param charge charges a circuit breaker with bytes under a label; throws if they do not fit */
    DivisionCache(BiFunction<Long, String, Releasable> charge) {
        this.charge = charge;
    }

    /**
     * Returns the key of a division.
     *
     * @param decodes whether clusters are named by words
     */
    static Key key(LatentSample sample, Generation generation, ResultOptions options, boolean decodes) {
        MessageDigest digest = MessageDigests.sha256();
        ByteBuffer numbers = ByteBuffer.allocate(3 * Long.BYTES + 4 * Integer.BYTES);
        numbers.putLong(generation.createdMillis())
                .putLong(generation.encoder().bits())
                .putLong(generation.layout())
                .putInt(generation.number())
                .putInt(options.clusters())
                .putInt(options.terms())
                .putInt(decodes ? 1 : 0);
        digest.update(numbers.flip());
        text(digest, generation.model());
        options.excludeTerms().sources().forEach(pattern -> text(digest, pattern));
        text(digest, "");
        sample.digest(digest);
        return new Key(ByteBuffer.wrap(digest.digest()));
    }

    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    /** Returns a division; null if it is not here. */
    synchronized ResultClusters get(Key key) {
        Kept found = kept.get(key);
        return found == null ? null : found.clusters;
    }

    /** Keeps a division, unless the circuit breaker refuses it. */
    void put(Key key, ResultClusters clusters) {
        Releasable charged;
        try {
            charged = charge.apply(bytes(clusters), "latent_result_divisions");
        } catch (CircuitBreakingException e) {
            return; // the search has its division; the next one makes it again
        }
        put(key, new Kept(clusters, charged));
    }

    private synchronized void put(Key key, Kept division) {
        Kept before = kept.put(key, division);
        if (before != null) {
            before.charged.close();
        }
        Iterator<Kept> oldest = kept.values().iterator();
        while (kept.size() > MOST) {
            Kept dropped = oldest.next();
            oldest.remove();
            dropped.charged.close();
        }
    }

    /** Drops all divisions and gives their bytes back. */
    synchronized void clear() {
        kept.values().forEach(each -> each.charged.close());
        kept.clear();
    }

    synchronized int size() {
        return kept.size();
    }

    private static long bytes(ResultClusters clusters) {
        long bytes = DIVISION_BYTES;
        if (clusters.partition() != null) {
            // components twice: in the codebook and in the token's text
            bytes += 3L
                    * clusters.partition().codebook().dims()
                    * (1 + clusters.partition().codebook().count());
        }
        for (ClusterInfo info : clusters.infos()) {
            bytes += CLUSTER_BYTES + 2L * info.label().length();
            for (ClusterTerm term : info.terms()) {
                bytes += TERM_BYTES + 2L * term.term().length();
            }
        }
        return bytes;
    }
}
