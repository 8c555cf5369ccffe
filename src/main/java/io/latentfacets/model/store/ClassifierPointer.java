/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.EncoderId;
import java.util.Map;
import org.opensearch.cluster.ClusterState;

/**
 * What every node knows of a classifier from the cluster state. Immutable.
 *
 * @param name the name; it has no colon and no comma
 * @param version what tells this training's weights from others
 * @param encoder the encoder whose latents the classifier reads
 * @param tried the encoder for which a training was last tried, by hand or because the model had changed
 */
public record ClassifierPointer(String name, String version, EncoderId encoder, EncoderId tried) {

    /** The classifiers of a model, by name; empty for an unknown model. */
    public static Map<String, ClassifierPointer> of(ClusterState state, String model) {
        return Pointers.classifiers(Pointers.read(state), model);
    }

    static ClassifierPointer parse(String text) {
        String[] parts = text.split(":", -1);
        return new ClassifierPointer(parts[0], parts[1], EncoderId.parse(parts[2]), EncoderId.parse(parts[3]));
    }

    @Override
    public String toString() {
        return name + ":" + version + ":" + encoder + ":" + tried;
    }
}
