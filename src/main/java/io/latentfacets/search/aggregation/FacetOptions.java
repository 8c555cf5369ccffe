/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.fit.ResultClusterer;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.MinSimilarity;
import io.latentfacets.search.Pin;
import io.latentfacets.search.results.ResultOptions;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.text.TermPatterns;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.MapXContentParser;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.aggregations.BucketOrder;
import org.opensearch.search.aggregations.InternalOrder;

/**
 * The options of cluster facets, the same in the aggregation and in the facets endpoint. Immutable.
 *
 * @param scope whether to count the model's own clusters or clusters of the results
 * @param size the largest number of returned clusters, 1 to 1000
 * @param terms the number of terms per cluster, 0 to 30
 * @param minDocCount the least number of documents of a returned cluster; 0 acts as 1, because clusters without
 *     documents are never returned
 * @param minSimilarity the least similarity to the cluster's centroid; documents below it count as unassigned
 * @param excludeTerms regular expressions of terms to keep out of lists and learned labels
 * @param order the order of the buckets, total
 * @param level whether clusters or their parents get buckets
 * @param clusters the number of clusters of the results, 2 to {@value ResultClusterer#MAX_COUNT} or
 *     {@link ResultClusterer#AUTO}; in results scope only
 * @param samplePerShard the largest number of distinct latents on which the clusters of the results are found, per
 *     shard and over all shards; counts always cover all documents; in results scope only
 * @param minMembership the membership at which a document counts in a cluster, and so in several, 0.01 to 1; null where
 *     it counts in its nearest one only; in corpus scope only
 */
public record FacetOptions(
        Scope scope,
        int size,
        int terms,
        long minDocCount,
        MinSimilarity minSimilarity,
        List<String> excludeTerms,
        BucketOrder order,
        Level level,
        int clusters,
        int samplePerShard,
        Double minMembership)
        implements Writeable, ToXContentFragment {

    public static final FacetOptions DEFAULTS = new FacetOptions(
            Scope.CORPUS,
            10,
            8,
            1,
            MinSimilarity.NONE,
            List.of(),
            BucketOrder.compound(BucketOrder.count(false)),
            Level.CLUSTERS,
            ResultClusterer.AUTO,
            20_000,
            null);

    public static final Option<FacetOptions, Scope> SCOPE = new Option<>(
            "scope",
            OptionType.oneOf(Scope::key, List.of(Scope.CORPUS, Scope.RESULTS)),
            FacetOptions::scope,
            "the model's own clusters, or clusters of just the documents that match, found for this search");
    private static final Option<FacetOptions, Integer> SIZE = new Option<>(
            "size", OptionType.integer(1, 1000), FacetOptions::size, "`10`; with `results` all", "buckets");
    private static final Option<FacetOptions, Integer> TERMS =
            new Option<>("terms", OptionType.integer(0, 30), FacetOptions::terms, "terms a bucket");
    private static final Option<FacetOptions, Long> MIN_DOC_COUNT = new Option<>(
            "min_doc_count",
            OptionType.count(Integer.MAX_VALUE),
            FacetOptions::minDocCount,
            "0 is as 1, empty clusters are never returned");
    private static final Option<FacetOptions, MinSimilarity> MIN_SIMILARITY = new Option<>(
            MinSimilarity.NAME,
            MinSimilarity.TYPE,
            FacetOptions::minSimilarity,
            "`auto` is each cluster's own `floor`. Documents whose cosine to their cluster's centroid is lower count as"
                    + " unassigned; cosines are kept in steps of 1/255");
    public static final Option<FacetOptions, List<String>> EXCLUDE_TERMS = new Option<>(
            "exclude_terms",
            OptionType.strings("up to 1,000 regular expressions", 0, 1000),
            FacetOptions::excludeTerms,
            "of terms, or of words of a phrase, that are neither listed nor in a learned label");
    private static final Option<FacetOptions, BucketOrder> ORDER = new Option<>(
            "order",
            new OptionType<>(
                    "",
                    FacetOptions::order,
                    null,
                    InternalOrder.Streams::readOrder,
                    (out, order) -> InternalOrder.Streams.writeOrder(order, out),
                    order -> order),
            FacetOptions::order,
            "`_count` descending",
            "as in `terms`: `_count`, `_key`, a metric sub-aggregation, or an array of them");
    private static final Option<FacetOptions, Level> LEVEL = new Option<>(
            "level",
            OptionType.oneOf(Level::key, List.of(Level.CLUSTERS, Level.PARENTS)),
            FacetOptions::level,
            "`parents`: a bucket for each parent that has no parent itself, and one for each cluster that has none");
    private static final Option<FacetOptions, Integer> CLUSTERS = new Option<>(
            "clusters",
            OptionType.integerOrAuto(2, ResultClusterer.MAX_COUNT, ResultClusterer.AUTO),
            FacetOptions::clusters,
            "with `results` only; fewer come back where there are fewer different documents");
    private static final Option<FacetOptions, Integer> SAMPLE_PER_SHARD = new Option<>(
            "sample_per_shard",
            OptionType.integer(100, 100_000),
            FacetOptions::samplePerShard,
            "with `results` only: the clusters are found on so many documents at most, of a shard and of all; every"
                    + " match is counted all the same");

    public static final Option<FacetOptions, Double> MIN_MEMBERSHIP = new Option<>(
            "min_membership",
            OptionType.optionalNumber(0.01, 1).inUrl(null), // the facets endpoint refuses it
            FacetOptions::minMembership,
            "none: a document counts in its nearest cluster only",
            "a document counts in each cluster in which its [membership](#membership) is at least this; not with"
                    + " `min_similarity` nor `results`");

    public static final OptionGroup<FacetOptions> OPTIONS = new OptionGroup<>(
            DEFAULTS,
            SCOPE,
            SIZE,
            TERMS,
            MIN_DOC_COUNT,
            MIN_SIMILARITY,
            EXCLUDE_TERMS,
            ORDER,
            LEVEL,
            CLUSTERS,
            SAMPLE_PER_SHARD,
            MIN_MEMBERSHIP);

    public FacetOptions {
        excludeTerms = List.copyOf(excludeTerms);
        Objects.requireNonNull(scope);
        Objects.requireNonNull(minSimilarity);
        Objects.requireNonNull(order);
        Objects.requireNonNull(level);
    }

    /** An estimate, from the request alone, of the number of returned clusters. */
    public int expected() {
        int found = clusters == ResultClusterer.AUTO ? DEFAULTS.size : clusters;
        return scope == Scope.RESULTS ? Math.min(size, found) : size;
    }

    /** Returns the options for the clustering of results. */
    ResultOptions results() {
        return new ResultOptions(clusters, samplePerShard, terms, TermPatterns.of(EXCLUDE_TERMS.key(), excludeTerms));
    }

    /** Whether the response shows words of a model that is bound to so many of the searched indices. */
    boolean shows(Coverage coverage) {
        // results are named by words that are decoded from their documents: no index that is not bound may bring some
        return scope == Scope.RESULTS ? coverage == Coverage.ALL : coverage != Coverage.NONE;
    }

    /** @throws IllegalArgumentException if terms are to be excluded where none are shown */
    void requireShown(Pin pin) {
        if (pin.generation() > 0 && !excludeTerms.isEmpty() && !shows(pin.coverage())) {
            throw new IllegalArgumentException("[" + EXCLUDE_TERMS.key() + "] must not be given here: "
                    + StrictMap.shown(excludeTerms) + "; the response shows no terms, because model [" + pin.model()
                    + "] is bound to " + (pin.coverage() == Coverage.NONE ? "none" : "some only")
                    + " of the indices searched. Attaching an index to the model binds it");
        }
    }

    private FacetOptions(OptionGroup.Values<FacetOptions> values, int size) {
        this(
                values.get(SCOPE),
                size,
                values.get(TERMS),
                values.get(MIN_DOC_COUNT),
                values.get(MIN_SIMILARITY),
                values.get(EXCLUDE_TERMS),
                values.get(ORDER),
                values.get(LEVEL),
                values.get(CLUSTERS),
                values.get(SAMPLE_PER_SHARD),
                values.get(MIN_MEMBERSHIP));
    }

    public static FacetOptions read(StreamInput in) throws IOException {
        try (FrameInput frame = FrameInput.open(in)) {
            OptionGroup.Values<FacetOptions> values = OPTIONS.read(frame);
            return new FacetOptions(values, values.get(SIZE));
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            OPTIONS.write(frame, this);
        }
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return OPTIONS.show(builder, this, option -> scope == Scope.RESULTS || !isOfResults(option));
    }

    private static boolean isOfResults(Option<FacetOptions, ?> option) {
        return option.equals(CLUSTERS) || option.equals(SAMPLE_PER_SHARD);
    }

    /** Reads the options and leaves other keys to the caller. Also refuses options that contradict each other. */
    public static FacetOptions parse(StrictMap body) {
        OptionGroup.Values<FacetOptions> values = OPTIONS.parse(body);
        TermPatterns.of(EXCLUDE_TERMS.key(), values.get(EXCLUDE_TERMS));
        boolean results = values.get(SCOPE) == Scope.RESULTS;
        for (Option<FacetOptions, Integer> ofResults : List.of(CLUSTERS, SAMPLE_PER_SHARD)) {
            if (!results && body.has(ofResults.key())) {
                throw body.failure(
                        body.name(ofResults.key()) + " goes with [scope] \"results\" only, [scope] is \"corpus\"",
                        null);
            }
        }
        if (results && values.get(LEVEL) == Level.PARENTS) {
            throw body.failure(
                    body.name(LEVEL.key()) + " must be \"clusters\" with [scope] \"results\", whose clusters have no"
                            + " parents: \"parents\"",
                    null);
        }
        if (results && values.get(MIN_SIMILARITY).auto()) {
            throw body.failure(
                    body.name(MIN_SIMILARITY.key())
                            + " must be a number with [scope] \"results\", whose clusters have no"
                            + " learned floors: \"auto\"",
                    null);
        }
        if (values.get(MIN_MEMBERSHIP) != null
                && (results || !values.get(MIN_SIMILARITY).equals(MinSimilarity.NONE))) {
            throw body.failure(
                    body.name(MIN_MEMBERSHIP.key()) + " does not go with "
                            + (results ? "[scope] \"results\"" : "[" + MIN_SIMILARITY.key() + "]") + ": "
                            + values.get(MIN_MEMBERSHIP)
                            + "; it is about all clusters of the model, not about the nearest one",
                    null);
        }
        // in results scope show every cluster unless [size] is given
        boolean all = results && !body.has(SIZE.key());
        return new FacetOptions(values, all ? ResultClusterer.MAX_COUNT : values.get(SIZE));
    }

    /** Reads the order: an object as core's {@code terms} takes it, or an array of such objects. */
    private static BucketOrder order(StrictMap body, String key) {
        Object value = body.value(key);
        List<?> objects = value instanceof List<?> many ? many : List.of(value);
        List<BucketOrder> orders = new ArrayList<>();
        for (Object object : objects) {
            if (!(object instanceof Map)) {
                throw body.bad(key, "an object or a list of objects", value);
            }
            orders.add(order(StrictMap.object(object)));
        }
        if (orders.isEmpty()) {
            throw body.bad(key, "an object or a list of objects that is not empty", value);
        }
        boolean total = orders.size() == 1 && InternalOrder.isKeyOrder(orders.get(0));
        return total ? orders.get(0) : BucketOrder.compound(orders);
    }

    private static BucketOrder order(Map<String, Object> object) {
        try (XContentParser parser = new MapXContentParser(
                NamedXContentRegistry.EMPTY,
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                object,
                MediaTypeRegistry.JSON)) {
            parser.nextToken();
            return InternalOrder.Parser.parseOrderParam(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
