/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.opensearch.test.OpenSearchTestCase;

/** What came to each cluster of late, and how it fades. */
public class StreamTallyTests extends OpenSearchTestCase {

    private static final long DAY = 86_400_000;
    private static final float[] EAST = {1, 0};
    private static final float[] NORTH = {0, 1};

    public void testADocumentHalvesWithEveryHalfLife() {
        StreamTally tally = new StreamTally(2, 2, 7 * DAY, 0);
        tally.add(1, EAST, 1, 0);
        assertThat(tally.mass(1, 0), equalTo(1.0));
        assertThat(tally.mass(1, 7 * DAY), equalTo(0.5));
        assertThat(tally.mass(1, 14 * DAY), equalTo(0.25));
        tally.add(1, NORTH, 2, 14 * DAY);
        assertThat(tally.mass(1, 14 * DAY), equalTo(2.25));
        assertThat("a quarter east and two north", tally.direction(1)[1] / tally.direction(1)[0], closeTo(8, 1e-9));
        assertThat(tally.documents(), equalTo(2L));
        assertThat(tally.mass(0, 0), equalTo(0.0));
        assertThat(tally.direction(0), nullValue());
    }

    /** Weights grow with time; after a thousand half-lives they would be infinite. */
    public void testItCountsForCenturies() {
        StreamTally tally = new StreamTally(1, 2, DAY, 0);
        for (long day = 0; day <= 3000; day++) {
            tally.add(0, day < 2990 ? EAST : NORTH, 1, day * DAY);
        }
        assertThat("the sum of all powers of a half", tally.mass(0, 3000 * DAY), closeTo(2, 1e-9));
        assertThat(tally.direction(0)[0], closeTo(Math.pow(2, -11), 1e-3));
        assertThat(tally.documents(), equalTo(3001L));
    }

    public void testTheTalliesOfNodesAddUp() {
        StreamTally one = new StreamTally(1, 2, DAY, 0);
        one.add(0, EAST, 1, 0);
        StreamTally two = new StreamTally(1, 2, DAY, DAY);
        two.add(0, NORTH, 1, DAY);
        one.merge(two, 2 * DAY);
        assertThat(one.mass(0, 2 * DAY), equalTo(0.75));
        assertThat(one.direction(0)[1] / one.direction(0)[0], closeTo(2, 1e-9));
        assertThat(one.documents(), equalTo(2L));
        IllegalArgumentException e =
                expectThrows(IllegalArgumentException.class, () -> one.merge(new StreamTally(2, 2, DAY, 0), 0));
        assertTrue(e.getMessage(), e.getMessage().contains("[2] of [2]"));
    }

    public void testAnotherHalfLifeCountsFromNowOn() {
        StreamTally tally = new StreamTally(1, 2, DAY, 0);
        tally.add(0, EAST, 1, 0);
        tally.halfLife(2 * DAY, DAY);
        assertThat(tally.mass(0, DAY), equalTo(0.5));
        assertThat(tally.mass(0, 3 * DAY), equalTo(0.25));
    }

    public void testItSurvivesARestart() throws IOException {
        StreamTally tally = new StreamTally(2, 2, DAY, 5);
        tally.add(0, EAST, 1, 5);
        tally.add(1, NORTH, 3, DAY);
        byte[] bytes = bytes(tally);
        StreamTally read = StreamTally.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
        assertArrayEquals(bytes, bytes(read));
        assertThat(read.mass(1, DAY), equalTo(tally.mass(1, DAY)));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            expectThrows(
                    IOException.class, () -> StreamTally.readFrom(new DataInputStream(new ByteArrayInputStream(cut))));
        }
    }

    private static byte[] bytes(StreamTally tally) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        tally.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
