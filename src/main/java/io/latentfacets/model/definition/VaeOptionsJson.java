/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.strict.StrictMap;
import io.latentfacets.vae.VaeOptions;
import java.io.IOException;
import org.opensearch.core.xcontent.XContentBuilder;

/** The part {@code vae} of a definition between JSON and options. */
final class VaeOptionsJson {

    private VaeOptionsJson() {}

    static VaeOptions read(StrictMap json) {
        VaeOptions defaults = VaeOptions.DEFAULTS;
        String objective = json.string("objective", defaults.objective());
        VaeOptions options = new VaeOptions(
                objective,
                json.integer("latent_dims", 2, 1024, defaults.latentDims()),
                json.integers("hidden_dims", 1, 8192, defaults.hiddenDims()),
                json.integerOrAuto("epochs", 1, 10_000, 0, defaults.epochs()),
                json.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, defaults.seed()),
                json.number("beta", VaeOptions.defaultBeta(objective)),
                json.number("temperature", defaults.temperature()),
                json.number("learning_rate", defaults.learningRate()),
                json.integer("batch_size", 2, 8192, defaults.batchSize()),
                json.integer("neighbors", 0, 100, defaults.neighbors()),
                json.number("word_dropout", defaults.wordDropout()),
                json.number("weight_decay", defaults.weightDecay()),
                json.number("kl_annealing", defaults.klAnnealing()),
                json.integer("patience", 0, 1000, defaults.patience()),
                json.integer("restarts", 1, 10, defaults.restarts()));
        json.noOtherKeys();
        return options;
    }

    static void write(XContentBuilder json, VaeOptions options) throws IOException {
        json.startObject("vae")
                .field("objective", options.objective())
                .field("latent_dims", options.latentDims())
                .field("hidden_dims", options.hiddenDims());
        if (options.epochs() == 0) {
            json.field("epochs", "auto");
        } else {
            json.field("epochs", options.epochs());
        }
        json.field("seed", options.seed())
                .field("beta", options.beta())
                .field("temperature", options.temperature())
                .field("learning_rate", options.learningRate())
                .field("batch_size", options.batchSize())
                .field("neighbors", options.neighbors())
                .field("word_dropout", options.wordDropout())
                .field("weight_decay", options.weightDecay())
                .field("kl_annealing", options.klAnnealing())
                .field("patience", options.patience())
                .field("restarts", options.restarts())
                .endObject();
    }
}
