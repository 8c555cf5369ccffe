/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.index.LeafReader;
import org.opensearch.index.mapper.SeqNoFieldMapper;

/**
 * Whether the search that a reader was opened for is to stop. Only the reader knows, for a query as for an aggregation:
 * core opens one for each search and has it ask for cancellation and timeout at each access to points. So an access to
 * points that every segment has is the question. Where {@code search.low_level_cancellation} is off, nobody is asked.
 * Stateless.
 */
public final class StopCheck {
    private StopCheck() {}

    /**
     * @param reader a segment as a search sees it
     * @return throws, when it is run, what core throws when the search is to stop: TaskCancelledException after it was
     *     cancelled, TimeExceededException after its {@code timeout}. Costs less than a microsecond
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
