/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.model.EncoderId;
import java.util.Arrays;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BytesRef;

public class LatentDocValueTests extends LuceneTestCase {

    public void testBytes() {
        assertEquals(
                new BytesRef(new byte[] {0, (byte) 0x9f, 0x3c, 0, 0, 0, 0, 0, 1, -127, 127}),
                LatentDocValue.encode(EncoderId.parse("9f3c000000000001"), new byte[] {-127, 127}));
    }

    public void testRoundTrip() {
        for (int times = 0; times < 200; times++) {
            EncoderId encoder = new EncoderId(random().nextLong());
            byte[] latent = LatentFixtures.latent(TestUtil.nextInt(random(), 1, 1024), random());
            BytesRef encoded = LatentDocValue.encode(encoder, latent);
            byte[] shifted = new byte[encoded.length + 7];
            System.arraycopy(encoded.bytes, encoded.offset, shifted, 3, encoded.length);
            BytesRef value = new BytesRef(shifted, 3, encoded.length);
            assertEquals(encoder.bits(), LatentDocValue.encoder(value));
            assertEquals(latent.length, LatentDocValue.dims(value));
            byte[] back = new byte[latent.length];
            LatentDocValue.copyLatent(value, back);
            assertArrayEquals(latent, back);
        }
    }

    /** A value of the build before, a masked one, or none at all: no encoder, no dimensions and no exception. */
    public void testOtherBytesAreALatentOfNoEncoder() {
        for (int times = 0; times < 500; times++) {
            byte[] bytes = new byte[random().nextInt(100)];
            random().nextBytes(bytes);
            if (bytes.length > 0 && bytes[0] == 0) {
                bytes[0] = 1; // what the build before wrote begins with a generation number
            }
            BytesRef value = new BytesRef(bytes);
            assertEquals(0, LatentDocValue.encoder(value));
            assertEquals(0, LatentDocValue.dims(value));
        }
        for (int length = 0; length < 10; length++) {
            BytesRef cut = new BytesRef(Arrays.copyOf(new byte[] {0, 1, 1, 1, 1, 1, 1, 1, 1}, Math.min(9, length)));
            assertEquals(0, LatentDocValue.encoder(cut));
            assertEquals(0, LatentDocValue.dims(cut));
        }
    }
}
