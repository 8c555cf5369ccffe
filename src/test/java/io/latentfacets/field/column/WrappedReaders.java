/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;
import java.util.function.UnaryOperator;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterBinaryDocValues;
import org.apache.lucene.index.FilterDirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PointValues;
import org.apache.lucene.util.BytesRef;

/**
 * Readers through which a search sees an index: core's, which check whether the search goes on when points are read,
 * and the security plugin's, which mask or leave out doc values. They share the cache keys of the segments, as theirs
 * do.
 */
public final class WrappedReaders {

    private WrappedReaders() {}

    /** A segment that runs a check when points are read. */
    public static LeafReader checking(LeafReader segment, Runnable check) {
        return new Wrapped(segment) {
            @Override
            public PointValues getPointValues(String field) throws IOException {
                check.run();
                return in.getPointValues(field);
            }
        };
    }

    /** An index whose segments run a check when points are read. */
    public static DirectoryReader checking(DirectoryReader index, Runnable check) throws IOException {
        return new WrappedIndex(index, segment -> checking(segment, check));
    }

    /** A segment whose binary doc values pass through {@code mask}; null leaves them out. */
    public static LeafReader masking(LeafReader segment, UnaryOperator<BytesRef> mask) {
        return new Wrapped(segment) {
            @Override
            public BinaryDocValues getBinaryDocValues(String field) throws IOException {
                BinaryDocValues values = in.getBinaryDocValues(field);
                return values == null || mask == null
                        ? null
                        : new FilterBinaryDocValues(values) {
                            @Override
                            public BytesRef binaryValue() throws IOException {
                                return mask.apply(in.binaryValue());
                            }
                        };
            }
        };
    }

    /** An index whose binary doc values pass through {@code mask}; null leaves them out. */
    public static DirectoryReader masking(DirectoryReader index, UnaryOperator<BytesRef> mask) throws IOException {
        return new WrappedIndex(index, segment -> masking(segment, mask));
    }

    private static class Wrapped extends FilterLeafReader {
        Wrapped(LeafReader segment) {
            super(segment);
        }

        @Override
        public CacheHelper getCoreCacheHelper() {
            return in.getCoreCacheHelper();
        }

        @Override
        public CacheHelper getReaderCacheHelper() {
            return in.getReaderCacheHelper();
        }
    }

    private static final class WrappedIndex extends FilterDirectoryReader {
        private final UnaryOperator<LeafReader> wrap;

        WrappedIndex(DirectoryReader index, UnaryOperator<LeafReader> wrap) throws IOException {
            super(index, new SubReaderWrapper() {
                @Override
                public LeafReader wrap(LeafReader segment) {
                    return wrap.apply(segment);
                }
            });
            this.wrap = wrap;
        }

        @Override
        protected DirectoryReader doWrapDirectoryReader(DirectoryReader index) throws IOException {
            return new WrappedIndex(index, wrap);
        }

        @Override
        public CacheHelper getReaderCacheHelper() {
            return in.getReaderCacheHelper();
        }
    }
}
