/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import org.apache.lucene.tests.util.LuceneTestCase;
import org.opensearch.common.hash.MurmurHash3;

/** Nodes of earlier versions hash with core's function, and samples of both merge, so both must be one function. */
public class LatentHashTests extends LuceneTestCase {

    public void testCoresHash() {
        for (int length = 0; length < 150; length++) {
            for (int round = 0; round < 20; round++) {
                int from = random().nextInt(30);
                byte[] bytes = new byte[from + length + random().nextInt(30)];
                random().nextBytes(bytes);
                long expected = MurmurHash3.hash128(bytes, from, length, 0, new MurmurHash3.Hash128()).h1 >>> 1;
                assertEquals(expected, LatentHash.of(bytes, from, length));
            }
        }
    }

    /** A pinned value: what core does later must not change samples. */
    public void testPinned() {
        byte[] latent = new byte[64];
        for (int j = 0; j < latent.length; j++) {
            latent[j] = (byte) (j * 5 - 127);
        }
        assertEquals(0x6fd5b9840b765f63L, LatentHash.of(latent, 0, latent.length));
    }
}
