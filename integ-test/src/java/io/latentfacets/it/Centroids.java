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
 * The rule of a model's clusters, taken from its exported archive and applied here, in double precision and without any
 * of the plugin's arithmetic: the highest direction · x + bias, x being the stored vector at unit length.
 */
record Centroids(List<String> keys, float[][] directions, float[] biases) {

    /** To which cluster a document belongs. */
    interface Rule {
        /**
         * @param generation whose encoder the vector is of
         * @param vector as in {@link #nearest}
         * @return the cluster's key; null where there is none
         */
        String key(int generation, String vector);
    }

    /** Of the active generation. */
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

    /** @param vector base64 of int8 components, as a document's source has it */
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
