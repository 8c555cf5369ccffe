/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.rest.Csv;
import io.latentfacets.strict.StrictMap;
import java.util.List;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.rest.RestRequest;

/** Clusters as a table: a row for each cluster, each parent and each part of a split, in the order of the JSON. */
final class ClustersCsv {

    private static final String FORMAT = "format";
    private static final String BETWEEN = " | ";

    private ClustersCsv() {}

    /**
     * Whether the request asks for the table.
     *
     * @throws IllegalArgumentException if it asks for a format that there is not
     */
    static boolean wanted(RestRequest request) {
        String format = request.param(FORMAT);
        if (format == null || format.equals("csv")) {
            return format != null;
        }
        // core answers in these, by their names or their media types
        if (MediaTypeRegistry.fromFormat(format) == null && MediaTypeRegistry.fromMediaType(format) == null) {
            throw new IllegalArgumentException(
                    "[" + FORMAT + "] must be one of [csv, json, yaml, cbor, smile]: " + StrictMap.shown(format));
        }
        return false;
    }

    /** The table; several values of a cell have {@value #BETWEEN} between them. */
    static String of(List<GetClustersAction.View> clusters) {
        Csv csv = new Csv(
                "key",
                "parent",
                "children",
                "merged",
                "label",
                "custom_label",
                "hidden",
                "pinned",
                "note",
                "terms",
                "size",
                "share",
                "x",
                "y",
                "floor",
                "exemplars",
                "exemplar_sentences");
        for (GetClustersAction.View each : clusters) {
            List<ExemplarSentence> sentences = each.sentences() == null ? List.of() : each.sentences();
            csv.text(each.info().key())
                    .text(each.parent())
                    .text(String.join(BETWEEN, each.children()))
                    .text(String.join(BETWEEN, each.merged()))
                    .text(each.info().label())
                    .text(each.edit().label())
                    .number(each.edit().hidden())
                    .number(each.edit().pinned())
                    .text(each.edit().note())
                    .text(String.join(
                            BETWEEN,
                            each.info().terms().stream().map(ClusterTerm::term).toList()))
                    .number(each.info().size())
                    .number(each.info().share())
                    .number(each.info().x())
                    .number(each.info().y())
                    .number(each.floor())
                    .text(String.join(BETWEEN, each.info().exemplars()))
                    .text(String.join(
                            BETWEEN,
                            sentences.stream().map(ExemplarSentence::sentence).toList()));
        }
        return csv.toString();
    }
}
