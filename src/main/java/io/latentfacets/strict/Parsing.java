/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import java.io.IOException;
import org.opensearch.ExceptionsHelper;
import org.opensearch.common.CheckedSupplier;
import org.opensearch.core.rest.RestStatus;

/**
 * Reads bodies with core's parsers. Some of their failures have no status of their own, and core would answer with a
 * 500: objects nested too deeply, names too long, bytes that are not of the format that the request names, queries with
 * arrays where core expects a value.
 */
public final class Parsing {

    private Parsing() {}

    /**
     * Runs a reader.
     *
     * @param what the part that is read, for the message
     * @param reader reads with a parser, and runs nothing whose own faults must stay visible as 500
     * @throws IllegalArgumentException if the reader fails with an exception that has no other status than 500
     */
    public static <T> T read(String what, CheckedSupplier<T, IOException> reader) throws IOException {
        try {
            return reader.get();
        } catch (IOException | RuntimeException e) {
            if (ExceptionsHelper.status(e) != RestStatus.INTERNAL_SERVER_ERROR) {
                throw e;
            }
            throw new IllegalArgumentException(what + " cannot be read: " + e.getMessage(), e);
        }
    }
}
