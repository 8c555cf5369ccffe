/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.Test;

public final class VaeWeightsTests {

    private static final String VERSION_ONE =
            "TEZWQUUAAAABAAAAp/EO1doAAABXeyJ2b2NhYnVsYXJ5U2l6ZSI6MiwiZW5jb2RlciI6W1syLDFdXSwibWVhbiI6Wz"
                    + "EsMl0sImxvZ1ZhcmlhbmNlIjpbMSwyXSwiZGVjb2RlciI6WzIsMl19AACAPwAAwD9M7xg+MDRhvwAAAAAU/ynAFNIQ"
                    + "PgAAAAAAAAAAD9V0Pc4mXb4AAADAAAAAwG1DyztBhjm8PW/8PP9B7bsAAAC/AACAvw==";

    private static VaeWeights weights() {
        float[] logUnigram = {-1, -2, -3, -4, -5};
        return VaeWeights.initial(new float[] {1, 2, 3, 4, 5}, logUnigram, List.of(4, 3), 2, 11);
    }

    public static byte[] bytes(VaeWeights weights) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        weights.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static VaeWeights read(byte[] archive) throws IOException {
        return VaeWeights.readFrom(new DataInputStream(new ByteArrayInputStream(archive)));
    }

    @Test
    public void archiveIsReadAsWritten() throws IOException {
        VaeWeights written = weights();
        VaeWeights read = read(bytes(written));
        assertThat(read.vocabularySize(), equalTo(5));
        assertThat(read.latentDims(), equalTo(2));
        assertArrayEquals(written.idf(), read.idf(), 0);
        assertThat(read.layers().size(), equalTo(2));
        assertArrayEquals(
                written.layers().get(1).weights(), read.layers().get(1).weights(), 0);
        assertArrayEquals(written.decoder().bias(), read.decoder().bias(), 0);
        assertArrayEquals(bytes(written), bytes(read));
    }

    private static int version(byte[] archive) {
        return ByteBuffer.wrap(archive).getInt("LFVAE".length());
    }

    @Test
    public void aLayerForVectorsMakesItVersionTwo() throws IOException {
        VaeWeights written = weights().withVectors(3, 5);
        byte[] archive = bytes(written);
        assertThat(version(archive), equalTo(2));
        VaeWeights read = read(archive);
        assertThat(read.vectorDims(), equalTo(3));
        assertThat(read.ramBytes(), equalTo(weights().ramBytes() + 4 * (3 * 4 + 4)));
        assertArrayEquals(written.vectors().weights(), read.vectors().weights(), 0);
        assertArrayEquals(written.vectors().bias(), read.vectors().bias(), 0);
        assertArrayEquals(archive, bytes(read));
        for (int i = 0; i < archive.length; i++) {
            byte[] damaged = archive.clone();
            damaged[i] ^= 0x10;
            assertThrows("byte " + i, IOException.class, () -> read(damaged));
        }
    }

    /** An archive from before vectors existed: two words, one hidden unit, two dimensions. */
    @Test
    public void archivesOfVersionOneAreReadAndStillWritten() throws IOException {
        byte[] archive = Base64.getDecoder().decode(VERSION_ONE);
        assertThat(version(archive), equalTo(1));
        VaeWeights read = read(archive);
        assertThat(read.vectorDims(), equalTo(0));
        assertArrayEquals(new float[] {1, 1.5f}, read.idf(), 0);
        assertArrayEquals(new float[] {-0.5f, -1}, read.decoder().bias(), 0);
        assertArrayEquals(archive, bytes(read));
        VaeWeights now = VaeWeights.initial(new float[] {1, 1.5f}, new float[] {-0.5f, -1}, List.of(1), 2, 3);
        assertArrayEquals(archive, bytes(now));
    }

    @Test
    public void archiveDescribesItself() throws IOException {
        String text = new String(bytes(weights()), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text, containsString("\"vocabularySize\":5"));
        assertThat(text, containsString("\"encoder\":[[5,4],[4,3]]"));
    }

    @Test
    public void sameSeedSameStart() throws IOException {
        assertArrayEquals(bytes(weights()), bytes(weights()));
    }

    @Test
    public void everyDamagedByteIsNoticed() throws IOException {
        byte[] archive = bytes(weights());
        for (int i = 0; i < archive.length; i++) {
            byte[] damaged = archive.clone();
            damaged[i] ^= 0x10;
            assertThrows("byte " + i, IOException.class, () -> read(damaged));
        }
    }

    @Test
    public void messagesSayWhatIsWrong() throws IOException {
        byte[] archive = bytes(weights());
        byte[] other = archive.clone();
        other[0] = 'X';
        assertMessage("not an archive of a variational autoencoder", other);
        byte[] version = archive.clone();
        version[8] = 9;
        assertMessage("version of the autoencoder's archive must be 1 or 2: 9", version);
        byte[] flipped = archive.clone();
        flipped[archive.length - 3] ^= 1;
        assertMessage("checksum", flipped);
        assertThrows(EOFException.class, () -> read(Arrays.copyOf(archive, archive.length - 1)));
    }

    private static void assertMessage(String part, byte[] archive) {
        assertThat(assertThrows(IOException.class, () -> read(archive)).getMessage(), containsString(part));
    }
}
