/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import java.util.List;

/**
 * The options of a training: the network's shape and how it learns. The constructor checks each value; the message of
 * the {@link IllegalArgumentException} names the JSON key, the bound and the value.
 *
 * @param objective the loss that training minimises, one of {@link #OBJECTIVES}
 * @param latentDims the number of dimensions of the latent space, 2 to 1024
 * @param hiddenDims the widths of the encoder's 1 to 4 layers; the first is linear, further ones follow a ReLU
 * @param epochs the number of passes over the documents in the first stage; 0 derives it from the number of documents
 * @param seed the seed of all random draws
 * @param beta the weight of the term that draws latents to the prior: the KL divergence (β-VAE; Higgins et al. 2017),
 *     or for {@code adversarial} the encoder's generator loss; without effect for {@code autoencoder}
 * @param temperature the temperature τ of the contrastive term
 * @param learningRate the highest rate of Adam in the first stage; the second stage uses 0.4 times and the refinement
 *     stage 0.1 times that
 * @param batchSize the largest number of documents per step; small corpora use smaller batches
 * @param neighbors the number of nearest neighbours that a document may be paired with in the second stage; 0 skips
 *     that stage
 * @param wordDropout the probability that training drops a word from an encoder input
 * @param weightDecay the decoupled weight decay (AdamW)
 * @param klAnnealing the share of the first stage over which β rises from 0; later stages have all of it
 * @param patience the number of epochs without a better held-out loss after which one of the first two stages ends;
 *     with 0, or fewer than 1000 documents, training holds nothing out and never stops early
 * @param restarts the number of trainings, with consecutive seeds from {@code seed} on; the best is kept
 */
public record VaeOptions(
        String objective,
        int latentDims,
        List<Integer> hiddenDims,
        int epochs,
        long seed,
        double beta,
        double temperature,
        double learningRate,
        int batchSize,
        int neighbors,
        double wordDropout,
        double weightDecay,
        double klAnnealing,
        int patience,
        int restarts) {

    /** The names of all objectives. */
    public static final List<String> OBJECTIVES = List.of("vae", "autoencoder", "adversarial", "mixture");

    public static final VaeOptions DEFAULTS = new Builder().build();

    /** Returns the default of {@code beta} for an objective; each was found to work well in experiments. */
    public static double defaultBeta(String objective) {
        return objective.equals("adversarial") || objective.equals("mixture") ? 0.1 : new Builder().beta;
    }

    public VaeOptions {
        if (!OBJECTIVES.contains(objective)) {
            throw new IllegalArgumentException("[vae.objective] must be one of " + OBJECTIVES + ": " + objective);
        }
        inRange("latent_dims", latentDims, 2, 1024);
        hiddenDims = List.copyOf(hiddenDims);
        inRange("hidden_dims", hiddenDims.size(), 1, 4, " entries");
        hiddenDims.forEach(width -> inRange("hidden_dims", width, 1, 8192));
        inRange("epochs", epochs, 0, 10_000);
        inRange("beta", beta, 0, 100);
        inRange("temperature", temperature, 0.01, 10);
        inRange("learning_rate", learningRate, 1e-6, 1);
        inRange("batch_size", batchSize, 2, 8192);
        inRange("neighbors", neighbors, 0, 100);
        inRange("word_dropout", wordDropout, 0, 0.9);
        inRange("weight_decay", weightDecay, 0, 1);
        inRange("kl_annealing", klAnnealing, 0, 1);
        inRange("patience", patience, 0, 1000);
        inRange("restarts", restarts, 1, 10);
    }

    private static void inRange(String key, int value, int least, int most) {
        inRange(key, value, least, most, "");
    }

    private static void inRange(String key, int value, int least, int most, String unit) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "[vae." + key + "] must be in [" + least + ", " + most + "]" + unit + ": " + value);
        }
    }

    private static void inRange(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException("[vae." + key + "] must be in [" + least + ", " + most + "]: " + value);
        }
    }

    /** Returns a builder that starts from {@link #DEFAULTS}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets options by name; the others keep their value of {@link #DEFAULTS}. Not thread-safe. */
    public static final class Builder {
        private String objective = "vae";
        private int latentDims = 64;
        private List<Integer> hiddenDims = List.of(128);
        private int epochs = 0;
        private long seed = 42;
        private double beta = 0.01;
        private double temperature = 0.3;
        private double learningRate = 0.005;
        private int batchSize = 512;
        private int neighbors = 10;
        private double wordDropout = 0;
        private double weightDecay = 0;
        private double klAnnealing = 0;
        private int patience = 3;
        private int restarts = 1;

        public Builder objective(String value) {
            objective = value;
            return this;
        }

        public Builder latentDims(int value) {
            latentDims = value;
            return this;
        }

        public Builder hiddenDims(List<Integer> value) {
            hiddenDims = value;
            return this;
        }

        public Builder epochs(int value) {
            epochs = value;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder beta(double value) {
            beta = value;
            return this;
        }

        public Builder temperature(double value) {
            temperature = value;
            return this;
        }

        public Builder learningRate(double value) {
            learningRate = value;
            return this;
        }

        public Builder batchSize(int value) {
            batchSize = value;
            return this;
        }

        public Builder neighbors(int value) {
            neighbors = value;
            return this;
        }

        public Builder wordDropout(double value) {
            wordDropout = value;
            return this;
        }

        public Builder weightDecay(double value) {
            weightDecay = value;
            return this;
        }

        public Builder klAnnealing(double value) {
            klAnnealing = value;
            return this;
        }

        public Builder patience(int value) {
            patience = value;
            return this;
        }

        public Builder restarts(int value) {
            restarts = value;
            return this;
        }

        public VaeOptions build() {
            return new VaeOptions(
                    objective,
                    latentDims,
                    hiddenDims,
                    epochs,
                    seed,
                    beta,
                    temperature,
                    learningRate,
                    batchSize,
                    neighbors,
                    wordDropout,
                    weightDecay,
                    klAnnealing,
                    patience,
                    restarts);
        }
    }
}
