/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import io.latentfacets.cluster.Partition;
import io.latentfacets.model.Generation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;

/**
 * The assignment rule of a model's clusters. It comes from the exported archive and runs here in double precision,
 * without the plugin's arithmetic: the cluster with the highest direction · x + bias wins, x being the stored vector at
 * unit length.
 *
 * @param keys the keys of the clusters, {@code [clusters]}
 * @param directions the directions, row-major {@code [clusters][dims]}
 * @param biases the biases, {@code [clusters]}
 */
record Centroids(List<String> keys, float[][] directions, float[] biases) {

    /** Assigns documents to clusters. */
    interface Rule {
        /**
         * Assigns one document.
         *
         * @param generation the generation whose encoder made the vector
         * @param vector the vector, in the format of {@link #nearest}
         * @return the key of the cluster; null if there is none
         */
        String key(int generation, String vector);
    }

    /** The rule of the active generation. */
    static Centroids of(Rest rest, String model) {
        return read(rest, model, "");
    }

    static Centroids of(Rest rest, String model, int generation) {
        return read(rest, model, "?generation=" + generation);
    }

    private static Centroids read(Rest rest, String model, String which) {
        try {
            String archive = rest.get(Latent.BASE + "/models/" + model + "/_export" + which)
                    .ok()
                    .stringAt("archive");
            Generation generation = Generation.readFrom(
                    new ByteArrayInputStream(Base64.getDecoder().decode(archive)));
            Partition partition = generation.clusters().partition();
            List<String> keys = generation.clusters().infos().stream()
                    .map(info -> info.key())
                    .toList();
            return new Centroids(keys, partition.directions(), partition.biases());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The key of the cluster that a vector belongs to.
     *
     * @param vector base64 of the int8 components, as in a document's source
     */
    String nearest(String vector) {
        byte[] components = Base64.getDecoder().decode(vector);
        double norm = 0;
        for (byte component : components) {
            norm += component * component;
        }
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < biases.length; c++) {
            double dot = 0;
            for (int i = 0; i < components.length; i++) {
                dot += (double) directions[c][i] * components[i];
            }
            double score = dot / Math.sqrt(norm) + biases[c];
            if (score > highest) {
                highest = score;
                best = c;
            }
        }
        return keys.get(best);
    }
}
