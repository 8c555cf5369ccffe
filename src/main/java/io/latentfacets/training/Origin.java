/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.Decision;
import io.latentfacets.model.Generation;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.WarmStart;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchParseException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;

/**
 * What the network of a training starts from. A training starts warm only from a network that reads the same text in
 * the same way, has the same layers and learned with the same objective; otherwise its weights would mean something
 * else. Immutable.
 *
 * @param network the network to start from; null for a cold start
 * @param start the start as the generation's record has it
 */
record Origin(WarmStart network, Decision.Start start) {

    private static final Logger logger = LogManager.getLogger(Origin.class);

    /** The least share of the vocabulary that the network must know. */
    private static final double LEAST_KEPT = 0.5;

    private static Origin cold(String why) {
        return new Origin(null, new Decision.Start(false, 0, "cold: " + why));
    }

    /**
     * Finds the origin of a training that learns a network.
     *
     * @param predecessor the active generation
     * @param load loads another generation by its number; blocks
     * @throws IllegalArgumentException if the request asked for a warm start that is not possible
     */
    static Origin of(
            Beginning beginning,
            Predecessor predecessor,
            IntFunction<Generation> load,
            ModelDefinition definition,
            TrainingCorpus corpus) {
        if (beginning.from() == 0) {
            return cold(beginning.why());
        }
        Generation from = generation(beginning.from(), predecessor, load);
        String difference = from == null
                ? "generation " + beginning.from() + " cannot be read"
                : difference(from, definition, corpus.vectorDims());
        WarmStart network = difference == null ? new WarmStart(from.weights(), from.vocabulary()) : null;
        int kept = network == null ? 0 : network.kept(corpus.vocabulary());
        if (network != null && kept < LEAST_KEPT * corpus.vocabulary().size()) {
            difference = String.format(
                    Locale.ROOT,
                    "generation %d knows %,d of %,d words only",
                    beginning.from(),
                    kept,
                    corpus.vocabulary().size());
        }
        if (difference != null) {
            if (beginning.asked() == TrainStart.WARM) {
                throw Beginning.impossible(difference);
            }
            return cold(difference);
        }
        Decision before = from.provenance().decision();
        int inARow =
                before == null || before.start() == null ? 0 : before.start().inARow();
        return new Origin(
                network,
                new Decision.Start(
                        true,
                        inARow + 1,
                        String.format(
                                Locale.ROOT,
                                "warm from generation %d: %,d of %,d words kept",
                                beginning.from(),
                                kept,
                                corpus.vocabulary().size())));
    }

    private static Generation generation(int number, Predecessor predecessor, IntFunction<Generation> load) {
        if (number == predecessor.number()) {
            return predecessor.generation();
        }
        // another one was activated since the training was asked for
        try {
            return load.apply(number);
        } catch (RuntimeException e) {
            if (ExceptionsHelper.unwrap(e, IOException.class, ResourceNotFoundException.class) == null) {
                throw e;
            }
            return null;
        }
    }

    /** What prevents a warm start, as a part of a sentence; null for nothing. */
    static String difference(Generation from, ModelDefinition definition, int vectorDims) {
        List<Integer> widths = from.weights().layers().stream().map(Dense::out).toList();
        String name = "generation " + from.number() + " was trained with ";
        if (!from.text().analyzer().equals(definition.text().analyzer())) {
            return name + "[text.analyzer] [" + from.text().analyzer() + "], not ["
                    + definition.text().analyzer() + "]";
        }
        if (!from.fields().equals(definition.source().fields())) {
            return name + "other [source.fields]";
        }
        if (from.vectorDims() != vectorDims
                || (vectorDims > 0
                        && !from.vectorField().equals(definition.source().vectorField()))) {
            return name + "another [source.vector_field] or with vectors of another length";
        }
        if (from.weights().latentDims() != definition.vae().latentDims()) {
            return name + "[vae.latent_dims] [" + from.weights().latentDims() + "], not ["
                    + definition.vae().latentDims() + "]";
        }
        if (!widths.equals(definition.vae().hiddenDims())) {
            return name + "[vae.hidden_dims] " + widths + ", not "
                    + definition.vae().hiddenDims();
        }
        if (definition.text().wordVectors() != null) {
            return "the definition has [text.word_vectors], from which only cold trainings start";
        }
        String objective = objective(from);
        if (objective != null && !objective.equals(definition.vae().objective())) {
            return name + "[vae.objective] [" + objective + "], not ["
                    + definition.vae().objective() + "]";
        }
        return null;
    }

    /** The objective that a generation learned with; null if its record does not say. */
    private static String objective(Generation from) {
        String definition = from.provenance().definition();
        if (definition == null) {
            return null;
        }
        try {
            return ModelDefinition.fromMap(
                            from.model(), XContentHelper.convertToMap(XContentType.JSON.xContent(), definition, false))
                    .vae()
                    .objective();
        } catch (IllegalArgumentException | OpenSearchParseException e) {
            logger.debug("the definition of generation [{}] is not readable: {}", from.number(), e.getMessage());
            return null;
        }
    }
}
