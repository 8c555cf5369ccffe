/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.model.EncoderId;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.test.OpenSearchTestCase;

/** The processor writes the same form that the mapper and all readers of sources accept. */
public class StoredLatentTests extends OpenSearchTestCase {

    private static final byte[] LATENT = {1, -2, 127};
    private static final EncoderId ENCODER = EncoderId.parse("9f3c0a11d2e4b5c6");
    private static final EncoderId OTHER = EncoderId.parse("000000000000000a");
    private static final String VECTOR = Base64.getEncoder().encodeToString(LATENT);

    public void testWhatIsWrittenIsRead() {
        for (String hash : Arrays.asList("0123456789abcdef", null)) {
            Map<String, Object> written = new StoredLatent(2, ENCODER, LATENT, hash).toMap();
            assertThat("no key for no hash", written.containsKey("hash"), equalTo(hash != null));
            for (StoredLatent read : List.of(StoredLatent.parse("latent", written), StoredLatent.of(written))) {
                assertThat(read.generation(), equalTo(2));
                assertThat(read.latent(), equalTo(LATENT));
                assertThat(read.hash(), equalTo(hash));
            }
        }
    }

    public void testWhatTheMapperRefusesIsNoLatentForReaders() {
        refused("unknown key [x] with value 1", Map.of("generation", 2, "vector", VECTOR, "x", 1));
        refused("[generation] must be an integer in [1, 2147483647]: 2.0", Map.of("generation", 2.0, "vector", VECTOR));
        refused("[generation] must be an integer in [1, 2147483647]: 0", Map.of("generation", 0, "vector", VECTOR));
        refused(
                "[generation] must be an integer in [1, 2147483647]: 4294967298",
                Map.of("generation", 4294967298L, "vector", VECTOR));
        refused("[generation] must be an integer", Map.of("vector", VECTOR));
        refused("[vector] must be a base64 string", Map.of("generation", 2));
        refused("[vector] must be a base64 string", Map.of("generation", 2, "vector", List.of(1, 2)));
        refused("[vector] is not valid base64", Map.of("generation", 2, "vector", "no base64!"));
        refused("[vector] must have 1 to 1024 bytes, has 0", Map.of("generation", 2, "vector", ""));
        refused(
                "[vector] must have 1 to 1024 bytes, has 1025",
                Map.of("generation", 2, "vector", Base64.getEncoder().encodeToString(new byte[1025])));
        refused("[vector] must not be all zero", Map.of("generation", 2, "vector", "AAAA"));
        refused("[hash] must be a string: 7", Map.of("generation", 2, "vector", VECTOR, "hash", 7));
        for (Object noObject :
                Arrays.asList("x", 7, List.of(new StoredLatent(2, ENCODER, LATENT, null).toMap()), null)) {
            assertThat(StoredLatent.of(noObject), nullValue());
        }
    }

    private static void refused(String message, Map<String, Object> value) {
        Exception e = expectThrows(MapperParsingException.class, () -> StoredLatent.parse("deep.latent", value));
        assertThat(e.getMessage(), containsString("field [deep.latent]: " + message));
        assertThat(StoredLatent.of(value), nullValue());
    }

    public void testTheLatentOfOneEncoderInASource() {
        Map<String, Object> latent = new StoredLatent(2, ENCODER, LATENT, "0123456789abcdef").toMap();
        for (Map<String, Object> source :
                List.<Map<String, Object>>of(Map.of("deep", Map.of("latent", latent)), Map.of("deep.latent", latent))) {
            assertThat(StoredLatent.in(source, "deep.latent", ENCODER, 3), equalTo(LATENT));
            assertThat("of another encoder", StoredLatent.in(source, "deep.latent", OTHER, 3), nullValue());
            assertThat("of another length", StoredLatent.in(source, "deep.latent", ENCODER, 4), nullValue());
            assertThat("of another field", StoredLatent.in(source, "latent", ENCODER, 3), nullValue());
        }
    }

    public void testAClaimNeedsTheEncoderOnly() {
        Map<String, Object> claim = new HashMap<>(Map.of("encoder", ENCODER.toString(), "vector", "no base64!"));
        assertTrue(StoredLatent.claims(claim, ENCODER));
        assertFalse(StoredLatent.claims(claim, OTHER));
        claim.put("encoder", 7);
        assertFalse(StoredLatent.claims(claim, ENCODER));
        assertFalse(StoredLatent.claims(null, ENCODER));
    }

    public void testALatentWithoutEncoderIsOfNone() {
        Map<String, Object> before = Map.of("generation", 2, "vector", VECTOR);
        assertThat(StoredLatent.of(before).encoder(), equalTo(EncoderId.NONE));
        assertThat(StoredLatent.in(Map.of("latent", before), "latent", EncoderId.NONE, 3), nullValue());
        assertFalse(StoredLatent.of(before).madeBy(EncoderId.NONE));
        assertThat(StoredLatent.of(before).toMap(), equalTo(before));
        for (Object bad : List.of(7, "", "0123456789ABCDEF", "0123456789abcde", "0123456789abcdefg")) {
            refused(
                    "[encoder] must be a string of 16 digits [0-9a-f]",
                    Map.of("generation", 2, "vector", VECTOR, "encoder", bad));
        }
    }
}
