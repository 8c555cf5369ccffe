/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import java.util.Arrays;
import java.util.Comparator;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ScoreDoc;

/**
 * What a shard has found. Immutable.
 *
 * @param reader identity of the reader that it was found in
 * @param best nearest first; the lower document first of two that are equally near
 * @param byDoc the same in the order of documents
 * @param graphs whether graphs were searched, which may miss some; otherwise all latents were compared
 * @param compared how many latents were compared
 * @param foreign how many documents have a latent of another generation
 */
record Neighbors(Object reader, ScoreDoc[] best, ScoreDoc[] byDoc, boolean graphs, long compared, long foreign) {

    static Neighbors of(Object reader, ScoreDoc[] best, boolean graphs, long compared, long foreign) {
        ScoreDoc[] byDoc = best.clone();
        Arrays.sort(byDoc, Comparator.comparingInt(each -> each.doc));
        return new Neighbors(reader, best, byDoc, graphs, compared, foreign);
    }

    /** The first of {@link #byDoc} that is not before a document of the reader. */
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

    /** The first of {@link #byDoc} that is behind a segment. */
    int to(LeafReaderContext leaf) {
        return from(leaf.docBase + leaf.reader().maxDoc());
    }

    /** From 1; 0 for a document that was not found. */
    int rank(int doc) {
        for (int i = 0; i < best.length; i++) {
            if (best[i].doc == doc) {
                return i + 1;
            }
        }
        return 0;
    }
}
