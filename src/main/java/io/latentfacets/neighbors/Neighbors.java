/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import java.util.Arrays;
import java.util.Comparator;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ScoreDoc;

/**
 * The neighbours that a shard has found. Immutable.
 *
 * @param reader the identity of the reader that contains them
 * @param best the neighbours, nearest first; the lower document first if two are equally near
 * @param byDoc the same neighbours in document order
 * @param graphs whether graphs were searched, which may miss neighbours; otherwise all latents were compared
 * @param compared the number of compared latents
 * @param foreign the number of documents whose latents carry another generation
 */
record Neighbors(Object reader, ScoreDoc[] best, ScoreDoc[] byDoc, boolean graphs, long compared, long foreign) {

    static Neighbors of(Object reader, ScoreDoc[] best, boolean graphs, long compared, long foreign) {
        ScoreDoc[] byDoc = best.clone();
        Arrays.sort(byDoc, Comparator.comparingInt(each -> each.doc));
        return new Neighbors(reader, best, byDoc, graphs, compared, foreign);
    }

    /** The index of the first element of {@link #byDoc} that is not before a document of the reader. */
    int from(int doc) {
        int low = 0;
        int high = byDoc.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (byDoc[middle].doc < doc) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The index of the first element of {@link #byDoc} behind a segment. */
    int to(LeafReaderContext leaf) {
        return from(leaf.docBase + leaf.reader().maxDoc());
    }

    /** The rank of a document, from 1; 0 if it is no neighbour. */
    int rank(int doc) {
        for (int i = 0; i < best.length; i++) {
            if (best[i].doc == doc) {
                return i + 1;
            }
        }
        return 0;
    }
}
