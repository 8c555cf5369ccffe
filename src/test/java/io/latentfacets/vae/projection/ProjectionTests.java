/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import io.latentfacets.vae.Dense;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;

/** A place against one that is computed by hand, and the archive. */
public final class ProjectionTests {

    /** x = 2a + relu(a − b) · 3, y = b + 1, then minus (1, 1), times .25. */
    private static Projection byHand() {
        Dense linear = new Dense(2, 2, new float[] {2, 0, 0, 1}, new float[] {0, 1});
        Dense hidden = new Dense(2, 1, new float[] {1, -1}, new float[] {0});
        Dense last = new Dense(1, 2, new float[] {3, 0}, new float[] {0, 0});
        return new Projection(linear, List.of(hidden, last), .25f, new float[] {1, 1});
    }

    @Test
    public void aPlaceByHand() {
        Projection projection = byHand();
        assertArrayEquals(new float[] {-.1f, .2f}, projection.place(new float[] {.3f, .8f}), 1e-6f);
        assertArrayEquals(new float[] {.25f, .1f}, projection.place(new float[] {.64f, .4f}), .02f);
    }

    @Test
    public void whatLiesBeyondTheMapIsOnItsBorder() {
        assertArrayEquals(new float[] {1, -1}, byHand().place(new float[] {9, -9}), 0);
    }

    @Test
    public void aPlacerWritesWhereItIsTold() {
        Projection projection = byHand();
        float[] places = new float[6];
        Projection.Placer placer = projection.placer();
        placer.place(new float[] {.3f, .8f}, places, 4);
        placer.place(new float[] {.6f, .8f}, places, 0);
        assertArrayEquals(projection.place(new float[] {.6f, .8f}), Arrays.copyOf(places, 2), 0);
        assertArrayEquals(projection.place(new float[] {.3f, .8f}), Arrays.copyOfRange(places, 4, 6), 0);
    }

    @Test
    public void shapesMustFit() {
        Dense linear = new Dense(2, 2, new float[4], new float[2]);
        Dense narrow = new Dense(3, 2, new float[6], new float[2]);
        assertThrows(IllegalArgumentException.class, () -> new Projection(linear, List.of(narrow), 1, new float[2]));
        assertThrows(IllegalArgumentException.class, () -> new Projection(linear, List.of(), 1, new float[2]));
    }

    private static byte[] bytes(Projection projection) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        projection.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static Projection read(byte[] bytes) throws IOException {
        return Projection.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @Test
    public void theArchiveKeepsEverything() throws IOException {
        byte[] bytes = bytes(byHand());
        Projection read = read(bytes);
        assertArrayEquals(bytes, bytes(read));
        assertThat(read.dims(), equalTo(2));
        assertArrayEquals(byHand().place(new float[] {.3f, .8f}), read.place(new float[] {.3f, .8f}), 0);
    }

    @Test
    public void aDamagedArchiveIsRefused() throws IOException {
        byte[] bytes = bytes(byHand());
        assertThrows(EOFException.class, () -> read(Arrays.copyOf(bytes, bytes.length - 1)));
        byte[] version = bytes.clone();
        version[3] = 9;
        assertThat(
                assertThrows(IOException.class, () -> read(version)).getMessage(),
                containsString("version [9] of a map"));
        byte[] width = bytes.clone();
        width[15] = 5;
        assertThrows(IOException.class, () -> read(width));
        byte[] infinite = bytes.clone();
        infinite[bytes.length - 4] = 0x7f;
        infinite[bytes.length - 3] = (byte) 0x80;
        infinite[bytes.length - 2] = 0;
        infinite[bytes.length - 1] = 0;
        assertThat(assertThrows(IOException.class, () -> read(infinite)).getMessage(), containsString("not finite"));
    }
}
