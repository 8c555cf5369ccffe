/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.ingest.LatentEncoder;
import io.latentfacets.model.Generation;
import io.latentfacets.text.Bow;
import io.latentfacets.vae.Input;
import java.util.List;

/** Encoders that need no engine: each known word pulls along one axis. Fails on demand. */
final class WordEncoder implements LatentEncoder.Factory {

    volatile RuntimeException failure;

    @Override
    public LatentEncoder open(Generation generation) {
        if (failure != null) {
            throw failure;
        }
        return new LatentEncoder() {
            @Override
            public float[][] encode(List<Input> documents) {
                float[][] means = new float[documents.size()][];
                for (int i = 0; i < means.length; i++) {
                    means[i] = new float[generation.clusters().partition().dims()];
                    Bow bow = documents.get(i).words();
                    for (int j = 0; j < bow.size(); j++) {
                        means[i][bow.id(j) % means[i].length] += bow.count(j);
                    }
                }
                return means;
            }

            @Override
            public void close() {
                // nothing to be closed
            }
        };
    }
}
