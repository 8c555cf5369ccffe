/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import java.io.File;
import java.io.IOException;
import java.util.Random;
import org.apache.lucene.store.AlreadyClosedException;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class VectorFileTests {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static float[] vector(int doc) {
        float[] vector = new float[7];
        Random random = new Random(doc);
        for (int j = 0; j < vector.length; j++) {
            vector[j] = (float) random.nextGaussian();
        }
        return vector;
    }

    @Test
    public void vectorsAreReadAsWrittenAndTheFileGoesWithThem() throws IOException {
        File directory = folder.newFolder();
        try (VectorFile.Writer writer = new VectorFile.Writer(directory.toPath())) {
            for (int doc = 0; doc < 3000; doc++) {
                writer.add(doc % 3 == 0 ? vector(doc) : doc % 3 == 1 ? null : new float[7]);
            }
            assertThat(writer.vectors(), equalTo(1000));
            VectorFile read;
            try (VectorFile file = writer.finish()) {
                read = file;
                assertThat(file.size(), equalTo(3000));
                assertThat(file.dims(), equalTo(7));
                for (int doc = 2999; doc >= 0; doc--) {
                    assertThat(file.has(doc), equalTo(doc % 3 == 0));
                    if (doc % 3 == 0) {
                        assertArrayEquals(vector(doc), file.get(doc), 0);
                    } else {
                        assertThat(file.get(doc), nullValue());
                    }
                }
            }
            assertThat(directory.list(), emptyArray());
            assertThrows(AlreadyClosedException.class, () -> read.get(0));
        }
        assertThat(directory.list(), emptyArray());
    }

    @Test
    public void noVectorsAtAll() throws IOException {
        try (VectorFile.Writer writer = new VectorFile.Writer(folder.newFolder().toPath())) {
            writer.add(null);
            try (VectorFile file = writer.finish()) {
                assertThat(file.dims(), equalTo(0));
                assertThat(file.get(0), nullValue());
            }
        }
    }

    @Test
    public void whatIsNotFinishedIsDeleted() throws IOException {
        File directory = folder.newFolder();
        try (VectorFile.Writer writer = new VectorFile.Writer(directory.toPath())) {
            writer.add(vector(1));
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> writer.add(new float[] {1, 2}));
            assertThat(refused.getMessage(), containsString("must have [7] dimensions: 2"));
        }
        assertThat(directory.list(), emptyArray());
    }
}
