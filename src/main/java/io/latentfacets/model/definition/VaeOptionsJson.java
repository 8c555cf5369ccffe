/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.vae.VaeOptions;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.opensearch.core.xcontent.XContentBuilder;

/** Converts the part {@code vae} of a definition between JSON and options. */
final class VaeOptionsJson {

    private static final Option<VaeOptions, String> OBJECTIVE = new Option<>(
            "objective",
            OptionType.oneOf(Function.identity(), VaeOptions.OBJECTIVES),
            VaeOptions::objective,
            "[which, when](concepts.md#which-objective-when)");
    private static final Option<VaeOptions, Integer> LATENT_DIMS = new Option<>(
            "latent_dims", OptionType.integer(2, 1024), VaeOptions::latentDims, "one byte each in every document");
    private static final Option<VaeOptions, List<Integer>> HIDDEN_DIMS = new Option<>(
            "hidden_dims",
            OptionType.ofBody(
                    "1 to 4 layers of 1 to 8,192", (from, key) -> from.integers(key, 1, 8192, null), widths -> widths),
            VaeOptions::hiddenDims,
            "the first is linear, further ones follow a ReLU");
    private static final Option<VaeOptions, Integer> EPOCHS = new Option<>(
            "epochs",
            OptionType.integerOrAuto(1, 10_000, 0),
            VaeOptions::epochs,
            "of the first stage; the second, and the one that `mixture` adds, have half as many");
    private static final Option<VaeOptions, Long> SEED = new Option<>(
            "seed",
            OptionType.seed(),
            VaeOptions::seed,
            "the same documents, definition and number of engine threads give the same model, on all processors with"
                    + " fused multiply-adds (x86-64-v3, ARM64)");
    private static final Option<VaeOptions, Double> BETA = new Option<>(
            "beta",
            OptionType.number(0, 100),
            VaeOptions::beta,
            "`0.01`; `0.1` for `adversarial` and `mixture`",
            "how strongly latents are drawn to the prior: the weight of the KL divergence, for "
                    + "`adversarial` of deceiving the discriminator; without effect for `autoencoder`");
    private static final Option<VaeOptions, Double> TEMPERATURE = new Option<>(
            "temperature",
            OptionType.number(0.01, 10),
            VaeOptions::temperature,
            "of the contrastive term: the lower, the more the most similar of the other documents count");
    private static final Option<VaeOptions, Double> LEARNING_RATE = new Option<>(
            "learning_rate",
            OptionType.number(1e-6, 1),
            VaeOptions::learningRate,
            "highest rate of Adam in the first stage; the second runs at 0.4 times that");
    private static final Option<VaeOptions, Integer> BATCH_SIZE = new Option<>(
            "batch_size",
            OptionType.integer(2, 8192),
            VaeOptions::batchSize,
            "documents a step; small corpora use smaller batches");
    private static final Option<VaeOptions, Integer> NEIGHBORS = new Option<>(
            "neighbors",
            OptionType.integer(0, 100),
            VaeOptions::neighbors,
            "0 leaves out the second stage, which helps long texts and may cost very short ones a little");
    private static final Option<VaeOptions, Double> WORD_DROPOUT = new Option<>(
            "word_dropout",
            OptionType.number(0, 0.9),
            VaeOptions::wordDropout,
            "share of a view's distinct words that the encoder does not see, drawn anew each time");
    private static final Option<VaeOptions, Double> WEIGHT_DECAY = new Option<>(
            "weight_decay",
            OptionType.number(0, 1),
            VaeOptions::weightDecay,
            "decoupled from the gradient (AdamW): each step takes rate × this share off every weight of "
                    + "the network");
    private static final Option<VaeOptions, Double> KL_ANNEALING = new Option<>(
            "kl_annealing",
            OptionType.number(0, 1),
            VaeOptions::klAnnealing,
            "share of the first stage over which `beta` rises in a line from 0; later stages have all of it");
    private static final Option<VaeOptions, Integer> PATIENCE = new Option<>(
            "patience",
            OptionType.integer(0, 1000),
            VaeOptions::patience,
            "epochs without gain on held-out documents before `views` or `neighbors` ends, and the "
                    + "network is put back to its best epoch. 2 % of the documents, at most 512, are held out, "
                    + "from 1,000 documents on. 0 holds nothing out and never stops early");
    private static final Option<VaeOptions, Integer> RESTARTS = new Option<>(
            "restarts",
            OptionType.integer(1, 10),
            VaeOptions::restarts,
            "trainings with `seed` and the integers that follow, of which the one is kept whose clusters "
                    + "[agree most](concepts.md#which-objective-when) with those of the others; takes as many "
                    + "times as long. Of two, the one with the higher silhouette");

    static final OptionGroup<VaeOptions> VAE = new OptionGroup<>(
            VaeOptions.DEFAULTS,
            OBJECTIVE,
            LATENT_DIMS,
            HIDDEN_DIMS,
            EPOCHS,
            SEED,
            BETA,
            TEMPERATURE,
            LEARNING_RATE,
            BATCH_SIZE,
            NEIGHBORS,
            WORD_DROPOUT,
            WEIGHT_DECAY,
            KL_ANNEALING,
            PATIENCE,
            RESTARTS);

    private VaeOptionsJson() {}

    static VaeOptions read(StrictMap json) {
        OptionGroup.Values<VaeOptions> values = VAE.parse(json);
        json.noOtherKeys();
        String objective = values.get(OBJECTIVE);
        return VaeOptions.builder()
                .objective(objective)
                .beta(json.has(BETA.key()) ? values.get(BETA) : VaeOptions.defaultBeta(objective))
                .latentDims(values.get(LATENT_DIMS))
                .hiddenDims(values.get(HIDDEN_DIMS))
                .epochs(values.get(EPOCHS))
                .seed(values.get(SEED))
                .temperature(values.get(TEMPERATURE))
                .learningRate(values.get(LEARNING_RATE))
                .batchSize(values.get(BATCH_SIZE))
                .neighbors(values.get(NEIGHBORS))
                .wordDropout(values.get(WORD_DROPOUT))
                .weightDecay(values.get(WEIGHT_DECAY))
                .klAnnealing(values.get(KL_ANNEALING))
                .patience(values.get(PATIENCE))
                .restarts(values.get(RESTARTS))
                .build();
    }

    static void write(XContentBuilder json, VaeOptions options) throws IOException {
        VAE.show(json.startObject("vae"), options).endObject();
    }
}
