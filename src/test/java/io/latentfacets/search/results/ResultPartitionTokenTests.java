/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.cluster.Codebook;
import io.latentfacets.model.EncoderId;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.opensearch.test.OpenSearchTestCase;

/** A decoded token equals the encoded one, and decoding refuses any other text. */
public class ResultPartitionTokenTests extends OpenSearchTestCase {

    public static ResultPartitionToken random(String model, int generation, int count, int dims, Random random) {
        List<Codebook.Code> offsets = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            offsets.add(code(dims, random));
        }
        return new ResultPartitionToken(model, new EncoderId(generation), new Codebook(code(dims, random), offsets));
    }

    private static Codebook.Code code(int dims, Random random) {
        byte[] components = new byte[dims];
        random.nextBytes(components);
        return new Codebook.Code(components, random.nextFloat() / 100);
    }

    public void testRoundTrip() {
        for (int round = 0; round < 50; round++) {
            ResultPartitionToken token = random(
                    randomRealisticUnicodeOfLength(12),
                    between(1, Integer.MAX_VALUE),
                    between(1, 100),
                    between(1, 128),
                    random());
            assertEquals(token, ResultPartitionToken.decode(token.encode()));
            assertEquals(
                    token.encode(), ResultPartitionToken.decode(token.encode()).encode());
        }
    }

    /** Every parent bucket shows the token, and there may be a thousand, so the text is made only once. */
    public void testTheTextIsMadeOnce() {
        ResultPartitionToken token = random("news", 1, 20, 64, random());
        ResultClusters clusters = new ResultClusters(token, List.of(), 7, 7);
        assertSame(clusters.token(), clusters.token());
        assertSame(clusters.token(), token.encode());
    }

    public void testKeys() {
        ResultPartitionToken token = random("news", 1, 12, 4, random());
        for (int c = 0; c < 12; c++) {
            assertEquals(c, token.cluster(ResultPartitionToken.key(c)));
        }
        for (String none : new String[] {"r12", "r-1", "r01", "r", "", "c1", "r1 "}) {
            assertEquals(none, -1, token.cluster(none));
        }
    }

    /** The token needs no escaping in a URL, a form or a shell. */
    public void testCharacters() {
        assertTrue(random("news", 3, 10, 64, random()).encode().matches("[A-Za-z0-9_-]{500,1200}"));
    }

    public void testAnyChangeIsSeen() {
        byte[] bytes =
                Base64.getUrlDecoder().decode(random("news", 2, 3, 8, random()).encode());
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= (byte) (1 << between(0, 7));
            refused(Base64.getUrlEncoder().withoutPadding().encodeToString(changed));
        }
    }

    public void testCutOrPadded() {
        String token = random("news", 2, 3, 8, random()).encode();
        for (int length = 0; length < token.length(); length++) {
            refused(token.substring(0, length));
        }
        refused(token + "AAAA");
        refused("a".repeat(1_000_000));
        refused("no base64!");
    }

    /** Anyone can compute the digest, so decoding does not trust the bytes under a valid one. */
    public void testForged() throws Exception {
        for (int round = 0; round < 500; round++) {
            byte[] body = new byte[between(1, 60)];
            random().nextBytes(body);
            body[0] = 1;
            byte[] forged = Arrays.copyOf(body, body.length + 8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            System.arraycopy(digest, 0, forged, body.length, 8);
            String token = Base64.getUrlEncoder().withoutPadding().encodeToString(forged);
            try {
                ResultPartitionToken.decode(token);
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage(), e.getMessage().startsWith("it"));
            }
        }
    }

    private static void refused(String token) {
        IllegalArgumentException e =
                expectThrows(IllegalArgumentException.class, () -> ResultPartitionToken.decode(token));
        assertTrue(e.getMessage(), e.getMessage().startsWith("it"));
    }
}
