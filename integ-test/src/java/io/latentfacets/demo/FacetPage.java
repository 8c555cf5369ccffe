/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what a search page would show beside its hits: the subjects of the documents that a query found. */
final class FacetPage {
    private static final int BAR = 24;
    private static final int CLUSTERS = 6;
    private static final int OVERVIEW = 12;
    private static final int EXAMPLES = 2;
    private static final String INDENT = "  ";
    private static final String SEPARATOR = " · ";

    private final Http http;
    private final Screen screen;
    private final Corpus corpus;
    private Object shown;

    FacetPage(Http http, Screen screen, Corpus corpus) {
        this.http = http;
        this.screen = screen;
        this.corpus = corpus;
    }

    /** Prints the subjects of the whole corpus, each with its share. */
    void overview() {
        Map<String, Object> response = facets(Map.of("match_all", Map.of()), OVERVIEW, 0);
        long total = Json.number(response, "hits", "total", "value");
        heading(String.format(Locale.ROOT, "All %,d %s", total, corpus.things()), response, OVERVIEW);
        List<?> clusters = Json.list(response, "facets", "clusters");
        long largest = largest(clusters);
        for (Object cluster : clusters) {
            screen.line(row(cluster, largest, total, false));
        }
        closing(response, clusters, total);
    }

    /** Prints the subjects of the documents that one query finds, each with a few titles. */
    void query(String text) {
        Map<String, Object> query = Map.of(
                "multi_match",
                Map.of(
                        "query",
                        text,
                        "fields",
                        corpus.fields().stream().map(Steps::plain).toList(),
                        "type",
                        "cross_fields",
                        "operator",
                        "and"));
        Map<String, Object> response = facets(query, CLUSTERS, EXAMPLES);
        long total = Json.number(response, "hits", "total", "value");
        heading("“" + text + "”", response, CLUSTERS);
        List<?> clusters = Json.list(response, "facets", "clusters");
        shown = clusters.isEmpty() ? shown : clusters.get(0);
        long largest = largest(clusters);
        for (Object cluster : clusters) {
            screen.line(row(cluster, largest, total, true));
            String titles = titles(cluster);
            if (!titles.isEmpty()) {
                screen.line(screen.dim(" ".repeat(INDENT.length() + BAR + 15) + titles));
            }
        }
        closing(response, clusters, total);
    }

    /** Suggests queries for a corpus without known ones: words of its largest clusters. */
    List<String> suggestions(int count) {
        List<String> queries = new ArrayList<>();
        for (Object cluster : Json.list(facets(Map.of("match_all", Map.of()), count, 0), "facets", "clusters")) {
            String term = Json.string(cluster, "terms", 0, "term");
            if (!term.isEmpty()) {
                queries.add(term);
            }
        }
        return queries;
    }

    private Map<String, Object> facets(Map<String, Object> query, int size, int examples) {
        Map<String, Object> search = new LinkedHashMap<>();
        search.put("query", query);
        search.put("size", 0);
        search.put("track_total_hits", true);
        Map<String, Object> facets = new LinkedHashMap<>();
        facets.put("field", "latent");
        facets.put("size", size);
        if (examples > 0) {
            facets.put("examples", examples);
        }
        return http.post("/" + corpus.name() + "/_latent/facets", Map.of("search", search, "facets", facets));
    }

    private void heading(String title, Map<String, Object> response, int most) {
        int shown = Json.list(response, "facets", "clusters").size();
        String right = String.format(
                Locale.ROOT,
                "%,d %s · %s%d subjects · %d ms",
                Json.number(response, "hits", "total", "value"),
                corpus.things(),
                shown == most ? "top " : "",
                shown,
                Json.number(response, "facets", "took"));
        int gap = Math.max(2, screen.width() - INDENT.length() - title.length() - right.length());
        screen.line("");
        screen.line(INDENT + screen.bold(title) + " ".repeat(gap) + screen.dim(right));
        screen.line(INDENT + screen.dim("─".repeat(screen.width() - INDENT.length())));
    }

    private String row(Object cluster, long largest, long total, boolean lift) {
        long count = Json.number(cluster, "count");
        double times = Json.decimal(cluster, "lift");
        String factor = lift && times >= 1.5
                ? String.format(Locale.ROOT, times < 10 ? "  %.1f× usual" : "  %.0f× usual", times)
                : "";
        String label = Screen.cut(
                Json.string(cluster, "label"), screen.width() - INDENT.length() - BAR - 15 - factor.length());
        return INDENT
                + screen.cyan(Screen.bar((double) count / largest, BAR))
                + String.format(Locale.ROOT, " %,6d %4.0f %% ", count, 100.0 * count / Math.max(1, total))
                + screen.bold(label)
                + screen.dim(factor);
    }

    private String titles(Object cluster) {
        List<String> titles = new ArrayList<>();
        for (Object example : Json.list(cluster, "examples")) {
            String title = Json.string(example, "title");
            if (!title.isEmpty() && !titles.contains(title)) {
                titles.add(title);
            }
        }
        int room = screen.width() - INDENT.length() - BAR - 15;
        if (String.join(SEPARATOR, titles).length() > room) {
            int each = (room + SEPARATOR.length()) / titles.size() - SEPARATOR.length();
            titles.replaceAll(title -> Screen.cut(title, each));
        }
        return String.join(SEPARATOR, titles);
    }

    private void closing(Map<String, Object> response, List<?> clusters, long total) {
        long shown = clusters.stream().mapToLong(c -> Json.number(c, "count")).sum();
        long unassigned = Json.number(response, "facets", "unassigned");
        List<String> parts = new ArrayList<>();
        if (total - shown - unassigned > 0) {
            parts.add(String.format(Locale.ROOT, "%,d in other subjects", total - shown - unassigned));
        }
        if (unassigned > 0) {
            parts.add(String.format(Locale.ROOT, "%,d with no subject", unassigned));
        }
        if (!parts.isEmpty()) {
            screen.line(screen.dim(" ".repeat(INDENT.length() + BAR + 1) + String.join(", ", parts)));
        }
    }

    /** The largest cluster of the last query that had any, {@code null} before. */
    Object lastShown() {
        return shown;
    }

    private static long largest(List<?> clusters) {
        return clusters.stream().mapToLong(c -> Json.number(c, "count")).max().orElse(1);
    }

    /** Prints how well the clusters agree with a field that the model never read. */
    void agreement() {
        if (corpus.label() == null) {
            return;
        }
        Map<String, Object> byLabel = Map.of("terms", Map.of("field", corpus.label(), "size", 1000));
        Map<String, Object> response = http.post(
                "/" + corpus.name() + "/_search",
                Map.of(
                        "size",
                        0,
                        "aggs",
                        Map.of(
                                "clusters",
                                Map.of(
                                        "latent_clusters",
                                        Map.of("field", "latent", "size", 1000),
                                        "aggs",
                                        Map.of("labels", byLabel)))));
        Agreement agreement = new Agreement();
        for (Object bucket : Json.list(response, "aggregations", "clusters", "buckets")) {
            for (Object label : Json.list(bucket, "labels", "buckets")) {
                agreement.add(Json.string(bucket, "key"), Json.string(label, "key"), Json.number(label, "doc_count"));
            }
        }
        screen.line("");
        screen.line(String.format(
                Locale.ROOT,
                "%sAgreement with [%s], which the model never saw: NMI %s (0 = chance, 1 = identical)",
                INDENT,
                corpus.label(),
                screen.bold(String.format(Locale.ROOT, "%.3f", agreement.nmi()))));
    }
}
