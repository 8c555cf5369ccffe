/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.field.column.PlaceColumn;
import io.latentfacets.field.column.Places;
import io.latentfacets.model.Generation;
import io.latentfacets.search.ShardField;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;

/** Matches the documents in a region of the map. Uses the same columns as the counts of its cells. Immutable. */
final class LatentRegionQuery extends Query {
    private static final float MATCH_COST = 3f;

    private final ShardField field;
    private final Region region;

    /** @param field the field, with a generation that has a map */
    LatentRegionQuery(ShardField field, Region region) {
        this.field = Objects.requireNonNull(field);
        this.region = Objects.requireNonNull(region);
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext leaf) throws IOException {
                PlaceColumn places = field.places(leaf, false);
                if (places == null) {
                    return null;
                }
                DocIdSetIterator all = DocIdSetIterator.all(leaf.reader().maxDoc());
                TwoPhaseIterator within = new TwoPhaseIterator(all) {
                    @Override
                    public boolean matches() throws IOException {
                        return region.contains(places.place(all.docID()));
                    }

                    @Override
                    public float matchCost() {
                        return MATCH_COST + region.corners();
                    }
                };
                return ConstantScoreScorerSupplier.fromIterator(
                        TwoPhaseIterator.asDocIdSetIterator(within),
                        score(),
                        scoreMode,
                        leaf.reader().maxDoc());
            }

            @Override
            public Explanation explain(LeafReaderContext leaf, int doc) throws IOException {
                PlaceColumn places = field.places(leaf, false);
                int place = places == null ? Places.NONE : places.place(doc);
                if (place == Places.NONE) {
                    return Explanation.noMatch(
                            "nowhere on the map: it has no latent of a known encoder in [" + field.name() + "]");
                }
                String where = "at [" + Places.middle(Places.x(place)) + ", " + Places.middle(Places.y(place))
                        + "] on the map of generation [" + field.pin().generation() + "] of model ["
                        + field.pin().model() + "]";
                return region.contains(place)
                        ? Explanation.match(score(), where)
                        : Explanation.noMatch(where + ", which is not in " + region);
            }

            @Override
            public boolean isCacheable(LeafReaderContext leaf) {
                return false;
            }
        };
    }

    @Override
    public String toString(String defaultField) {
        return "latent_region(" + field.name() + ":" + region + " of "
                + field.pin().model() + "/" + field.pin().generation() + ")";
    }

    @Override
    public void visit(QueryVisitor visitor) {
        if (visitor.acceptField(field.name())) {
            visitor.visitLeaf(this);
        }
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && equalTo((LatentRegionQuery) other);
    }

    private boolean equalTo(LatentRegionQuery other) {
        return field.name().equals(other.field.name())
                && identity().equals(other.identity())
                && region.equals(other.region);
    }

    private List<Object> identity() {
        Generation generation = field.generation();
        return Arrays.asList(generation.model(), generation.number(), generation.createdMillis());
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), field.name(), identity(), region);
    }
}
