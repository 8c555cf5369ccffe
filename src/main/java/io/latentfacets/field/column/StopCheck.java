/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.index.LeafReader;
import org.opensearch.index.mapper.SeqNoFieldMapper;

/**
 * Checks whether the search that owns a reader must stop. Only the reader can tell, in queries and in aggregations:
 * core opens one reader per search, and that reader checks for cancellation and timeout at each access to points. This
 * check therefore accesses points that every segment has. If {@code search.low_level_cancellation} is off, the reader
 * checks nothing and neither does this class. Stateless.
 */
public final class StopCheck {
    private StopCheck() {}

    /**
     * @param reader a segment, as the search sees it
     * @return a check that takes less than a microsecond. It throws what core throws: TaskCancelledException after a
     *     cancellation, TimeExceededException after the search's {@code timeout}
     */
    public static Runnable of(LeafReader reader) {
        return () -> {
            try {
                reader.getPointValues(SeqNoFieldMapper.NAME);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
