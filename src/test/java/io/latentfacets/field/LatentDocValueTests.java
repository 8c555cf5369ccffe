/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BytesRef;

public class LatentDocValueTests extends LuceneTestCase {

    public void testKnownBytes() {
        assertEquals(new BytesRef(new byte[] {2, -127, 127}), LatentDocValue.encode(2, new byte[] {-127, 127}));
        assertEquals(new BytesRef(new byte[] {(byte) 0x80, 1, 5}), LatentDocValue.encode(128, new byte[] {5}));
    }

    public void testRoundTrip() {
        for (int i = 0; i < 1000; i++) {
            int generation =
                    i < 40 ? Math.max(1, (1 << (i % 31)) - i / 31) : TestUtil.nextInt(random(), 1, Integer.MAX_VALUE);
            byte[] latent = LatentFixtures.latent(TestUtil.nextInt(random(), 1, 1024), random());
            BytesRef encoded = LatentDocValue.encode(generation, latent);
            byte[] shifted = new byte[encoded.length + 7];
            System.arraycopy(encoded.bytes, encoded.offset, shifted, 3, encoded.length);
            BytesRef value = new BytesRef(shifted, 3, encoded.length);
            assertEquals(generation, LatentDocValue.generation(value));
            assertEquals(latent.length, LatentDocValue.dims(value));
            byte[] back = new byte[latent.length];
            LatentDocValue.copyLatent(value, back);
            assertArrayEquals(latent, back);
        }
    }

    public void testNoGeneration() {
        IllegalArgumentException e = expectThrows(
                IllegalArgumentException.class, () -> LatentDocValue.generation(new BytesRef(new byte[] {-1, -1})));
        assertEquals("a latent's doc value of [2] bytes has no generation", e.getMessage());
    }
}
