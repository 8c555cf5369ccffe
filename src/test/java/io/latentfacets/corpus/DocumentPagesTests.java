/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.corpus;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionType;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.delete.DeleteRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.FilterClient;

/** Pages of many matches, on a real node: whatever the sequence numbers, each document once, with few searches. */
public class DocumentPagesTests extends OpenSearchSingleNodeTestCase {
    private static final int DOCUMENTS = 3000;
    private static final int WINDOW = 100;
    private static final long DIVIDED = 0;
    private static final long UNDIVIDED = Long.MAX_VALUE;

    private int searches;
    private final List<Boolean> behind = new ArrayList<>();

    private Client counting() {
        return new FilterClient(client()) {
            @Override
            protected <Q extends ActionRequest, R extends ActionResponse> void doExecute(
                    ActionType<R> action, Q request, ActionListener<R> listener) {
                if (request instanceof SearchRequest search && search.source().size() > 0) {
                    searches++;
                    behind.add(search.source().searchAfter() != null);
                }
                super.doExecute(action, request, listener);
            }
        };
    }

    private void fill(String index, int shards) {
        createIndex(
                index,
                Settings.builder()
                        .put("index.number_of_shards", shards)
                        .put("index.max_result_window", WINDOW)
                        .build());
        write(index, IntStream.range(0, DOCUMENTS).toArray());
    }

    private void write(String index, int... numbers) {
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        for (int number : numbers) {
            bulk.add(new IndexRequest(index).id("d" + number).source(Map.of("n", number, "text", "text " + number)));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
    }

    /** The ids of the matches, after a check that each came once and, if asked for, with its source. */
    private Set<String> read(List<String> indices, QueryBuilder query, boolean sources, long few) throws IOException {
        return read(indices, query, sources, few, WINDOW);
    }

    private Set<String> read(List<String> indices, QueryBuilder query, boolean sources, long few, int window)
            throws IOException {
        String[] names = indices.toArray(String[]::new);
        String pit = client().execute(
                        CreatePitAction.INSTANCE, new CreatePitRequest(DocumentPages.KEEP_ALIVE, false, names))
                .actionGet()
                .getId();
        try {
            DocumentPages pages = new DocumentPages(counting(), names, pit, window, () -> {}, few);
            DocumentPages.Matches matches = pages.count(query);
            Set<String> ids = new HashSet<>();
            DocumentPages.Hits hits = hit -> {
                assertTrue(ids.add(hit.getIndex() + "/" + hit.getId()));
                assertThat(hit.getSourceAsMap() != null, equalTo(sources));
            };
            searches = 0;
            behind.clear();
            if (sources) {
                pages.withSource(query, matches, new String[] {"text"}, hits);
            } else {
                pages.withoutSource(query, matches, hits);
            }
            assertThat((long) ids.size(), equalTo(matches.count()));
            return ids;
        } finally {
            client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(pit))
                    .actionGet();
        }
    }

    private static Set<String> ids(String index, IntStream numbers) {
        return numbers.mapToObj(number -> index + "/d" + number).collect(Collectors.toSet());
    }

    public void testEveryMatchComesOnceWithoutASearchBehindAPage() throws IOException {
        fill("many", 3);
        for (boolean sources : new boolean[] {true, false}) {
            Set<String> ids = read(List.of("many"), QueryBuilders.matchAllQuery(), sources, DIVIDED);
            assertThat(ids, equalTo(ids("many", IntStream.range(0, DOCUMENTS))));
            assertThat("no search visits what a page before it has passed", behind, everyItem(equalTo(false)));
            assertThat("pages are nearly full", searches, lessThan(2 * DOCUMENTS / WINDOW));
            assertThat(read(List.of("many"), QueryBuilders.matchAllQuery(), sources, UNDIVIDED), equalTo(ids));
        }
    }

    public void testMatchesThatLieApart() throws IOException {
        fill("apart", 2);
        // numbers far behind the others, and gaps: former versions and deleted documents
        for (int round = 0; round < 20; round++) {
            write("apart", IntStream.range(0, 500).toArray());
        }
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        IntStream.range(1000, 2000).forEach(number -> bulk.add(new DeleteRequest("apart", "d" + number)));
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
        assertThat(
                read(List.of("apart"), QueryBuilders.matchAllQuery(), true, DIVIDED),
                equalTo(ids("apart", IntStream.concat(IntStream.range(0, 1000), IntStream.range(2000, DOCUMENTS)))));
        assertThat(
                read(List.of("apart"), QueryBuilders.rangeQuery("n").gte(2990), true, DIVIDED),
                equalTo(ids("apart", IntStream.range(2990, DOCUMENTS))));
        assertThat("a sparse query needs few searches", searches, lessThanOrEqualTo(12));
        assertThat(read(List.of("apart"), QueryBuilders.termQuery("n", -1), true, DIVIDED), equalTo(Set.of()));
    }

    /** A page of one document must not make each gap between sequence numbers one search a number. */
    public void testPagesOfOneDocument() throws IOException {
        fill("small", 1);
        // documents 20 to 2,999 have their numbers between those of the others
        write("small", IntStream.range(0, 20).toArray());
        QueryBuilder few = QueryBuilders.boolQuery()
                .should(QueryBuilders.rangeQuery("n").lt(20))
                .should(QueryBuilders.termQuery("n", 20));
        for (int window : new int[] {1, 2, 3}) {
            assertThat(
                    read(List.of("small"), few, true, DIVIDED, window), equalTo(ids("small", IntStream.range(0, 21))));
            assertThat(searches, lessThan(150));
        }
    }

    /** A sample of many more documents reads a part of the ids; it is the same each time, and as large as asked for. */
    public void testASampleOfManyReadsFewIds() throws IOException {
        fill("sampled", 3);
        List<Set<String>> samples = new ArrayList<>();
        for (int least : new int[] {100, 100, DOCUMENTS}) {
            searches = 0;
            Set<String> ids = new HashSet<>();
            try (CorpusReader reader =
                    new CorpusReader(counting(), List.of("sampled"), null, WINDOW, () -> {}, least)) {
                reader.read(List.of("text"), 50, document -> assertTrue(ids.add(document.id())));
            }
            assertThat(ids.size(), equalTo(50));
            samples.add(ids);
            boolean all = least == DOCUMENTS;
            assertThat("pages of ids", searches > DOCUMENTS / WINDOW, equalTo(all));
        }
        assertThat(samples.get(1), equalTo(samples.get(0)));
    }

    /** Every shard has a document of a sequence number, so even one number may have more than a page. */
    public void testMoreShardsThanAPageHasHits() throws IOException {
        Set<String> expected = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String name = "shards" + i;
            createIndex(
                    name,
                    Settings.builder()
                            .put("index.number_of_shards", 20)
                            .put("index.max_result_window", 10)
                            .build());
            write(name, IntStream.range(0, 200).toArray());
            expected.addAll(ids(name, IntStream.range(0, 200)));
            names.add(name);
        }
        String[] all = names.toArray(String[]::new);
        String pit = client().execute(
                        CreatePitAction.INSTANCE, new CreatePitRequest(DocumentPages.KEEP_ALIVE, false, all))
                .actionGet()
                .getId();
        try {
            DocumentPages pages = new DocumentPages(counting(), all, pit, 10, () -> {}, DIVIDED);
            DocumentPages.Matches matches = pages.count(QueryBuilders.matchAllQuery());
            Set<String> ids = new HashSet<>();
            pages.withoutSource(
                    QueryBuilders.matchAllQuery(),
                    matches,
                    hit -> assertTrue(ids.add(hit.getIndex() + "/" + hit.getId())));
            assertThat(ids, equalTo(expected));
            assertTrue("some pages had to go on behind a document", behind.contains(true));
        } finally {
            client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(pit))
                    .actionGet();
        }
    }
}
