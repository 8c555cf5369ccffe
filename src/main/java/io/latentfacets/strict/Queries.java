/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import java.io.IOException;
import java.util.Map;
import org.opensearch.common.xcontent.LoggingDeprecationHandler;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;

/** Parses queries that arrived inside a larger body and were read as plain maps. */
public final class Queries {

    private Queries() {}

    /**
     * Parses one query.
     *
     * @param path the full path of the query in the body, for messages
     * @param query the query as maps, lists and values
     * @param registry knows the query types
     * @throws IllegalArgumentException if the value is not a valid query; the message names the path
     */
    public static QueryBuilder parse(String path, Map<String, Object> query, NamedXContentRegistry registry) {
        try (XContentBuilder json = XContentFactory.jsonBuilder().map(query);
                XContentParser parser = XContentType.JSON
                        .xContent()
                        .createParser(
                                registry,
                                LoggingDeprecationHandler.INSTANCE,
                                BytesReference.bytes(json).streamInput())) {
            return AbstractQueryBuilder.parseInnerQueryBuilder(parser);
        } catch (RuntimeException | IOException e) { // parsers of queries throw whatever odd input leads to
            throw new IllegalArgumentException(
                    "[" + path + "] must be a query: " + StrictMap.shown(query) + ": " + e.getMessage(), e);
        }
    }
}
