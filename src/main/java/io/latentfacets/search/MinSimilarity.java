/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.field.column.ClusterColumn;
import io.latentfacets.strict.OptionType;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The least similarity between a document and its cluster's centroid at which the document counts: a cosine, or each
 * cluster's own floor. The generation holds the floors, so {@link #thresholds} resolves them. Immutable.
 *
 * @param cosine the least cosine, 0 to 1; 0 admits every document; 0 if {@code auto}
 * @param auto whether the clusters' floors apply
 */
public record MinSimilarity(double cosine, boolean auto) implements Writeable, ToXContentFragment {
    public static final String NAME = "min_similarity";

    /** Every document counts. */
    public static final MinSimilarity NONE = of(0);

    /** Each cluster's floor. */
    public static final MinSimilarity AUTO = new MinSimilarity(0, true);

    public static final OptionType<MinSimilarity> TYPE = OptionType.numberOrAuto(
            0,
            1,
            AUTO,
            MinSimilarity::of,
            MinSimilarity::new,
            (out, similarity) -> similarity.writeTo(out),
            MinSimilarity::cosine);

    private static final String AUTO_KEY = "auto";

    public static MinSimilarity of(double cosine) {
        return new MinSimilarity(cosine, false);
    }

    public MinSimilarity(StreamInput in) throws IOException {
        this(in.readDouble(), in.readBoolean());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeDouble(cosine);
        out.writeBoolean(auto);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return auto ? builder.field(NAME, AUTO_KEY) : builder.field(NAME, cosine);
    }

    /**
     * Returns the thresholds for {@link ClusterColumn#isAtLeast}, indexed by the column's ordinal. Index 0, for
     * documents without a cluster, is unused. Null if every document counts.
     */
    public int[] thresholds(Clusters clusters) {
        if (auto ? !clusters.floors().known() : cosine == 0) {
            return null;
        }
        int[] thresholds = new int[clusters.infos().size() + 1];
        for (int ordinal = 1; ordinal < thresholds.length; ordinal++) {
            thresholds[ordinal] =
                    ClusterColumn.threshold(auto ? clusters.floors().of(ordinal - 1) : cosine);
        }
        return thresholds;
    }

    @Override
    public String toString() {
        return auto ? AUTO_KEY : Double.toString(cosine);
    }
}
