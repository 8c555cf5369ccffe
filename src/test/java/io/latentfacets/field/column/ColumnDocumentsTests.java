/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import java.util.Random;
import java.util.Set;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

/** The documents of a column against its ordinals, asked one by one, for narrow and wide columns. */
public class ColumnDocumentsTests {
    private static final int WINDOW = 4096;

    private final Random random = new Random(42);

    private BuiltColumn column(int documents, int clusters) {
        BuiltColumn.Builder builder = new BuiltColumn.Builder(documents, clusters, false);
        for (int doc = 0; doc < documents; doc++) {
            if (random.nextInt(10) > 0) {
                builder.assign(doc, random.nextInt(clusters), 1);
            }
        }
        return builder.build(Set.of(), 0);
    }

    private byte[] wanted(int clusters, double share) {
        byte[] wanted = new byte[clusters + 1];
        for (int cluster = 0; cluster < clusters; cluster++) {
            wanted[cluster + 1] = (byte) (random.nextDouble() < share ? 1 : 0);
        }
        return wanted;
    }

    private static FixedBitSet expected(BuiltColumn column, int documents, byte[] wanted) {
        FixedBitSet bits = new FixedBitSet(documents + WINDOW);
        for (int doc = 0; doc < documents; doc++) {
            if (wanted[column.ordinal(doc)] == 1) {
                bits.set(doc);
            }
        }
        return bits;
    }

    @Test
    public void testNextAdvanceAndWindowsFindTheSame() throws Exception {
        for (int clusters : new int[] {3, 20, 255, 256, 1000}) {
            for (int documents : new int[] {1, 63, 64, 65, 10_000}) {
                for (double share : new double[] {0, .002, .3, 1}) {
                    BuiltColumn column = column(documents, clusters);
                    byte[] wanted = wanted(clusters, share);
                    FixedBitSet expected = expected(column, documents, wanted);
                    assertThat(column.documents(wanted).cost(), equalTo((long) expected.cardinality()));

                    FixedBitSet one = new FixedBitSet(documents + WINDOW);
                    DocIdSetIterator next = column.documents(wanted);
                    while (next.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
                        one.set(next.docID());
                    }
                    assertThat(one, equalTo(expected));
                    assertThat(windows(column.documents(wanted), documents), equalTo(expected));

                    DocIdSetIterator jumps = column.documents(wanted);
                    for (int target = 0; target < documents; target += 1 + random.nextInt(200)) {
                        if (jumps.docID() < target) {
                            assertThat(jumps.advance(target), equalTo(expected.nextSetBit(target, expected.length())));
                        }
                    }
                    assertThat(column.documents(wanted).advance(documents + 5), equalTo(DocIdSetIterator.NO_MORE_DOCS));
                }
            }
        }
    }

    /** As Lucene reads them: windows of bits that begin anywhere, between documents that are asked for one by one. */
    private FixedBitSet windows(DocIdSetIterator documents, int size) throws Exception {
        FixedBitSet all = new FixedBitSet(size + WINDOW);
        documents.nextDoc();
        while (documents.docID() != DocIdSetIterator.NO_MORE_DOCS) {
            int offset = documents.docID() - random.nextInt(Math.min(documents.docID() + 1, 100));
            int upTo = offset + 1 + random.nextInt(WINDOW);
            FixedBitSet window = new FixedBitSet(WINDOW);
            documents.intoBitSet(upTo, window, offset);
            FixedBitSet.orRange(window, 0, all, offset, Math.min(WINDOW, all.length() - offset));
        }
        return all;
    }

    @Test
    public void testALookedUpColumnKnowsNoDocuments() {
        LookupColumn column = new LookupColumn(null, "latent", null, false, () -> null, () -> {});
        assertThrows(IllegalStateException.class, () -> column.documents(new byte[2]));
    }
}
