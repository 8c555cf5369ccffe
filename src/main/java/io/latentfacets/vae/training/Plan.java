/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import io.latentfacets.vae.VaeOptions;
import java.util.List;
import java.util.stream.Stream;

/**
 * The stages of one run over one network, in order. A run skips a stage without epochs.
 *
 * @param views the stage that pairs two halves of a document
 * @param neighbors the stage that pairs a half of a document with a half of one of its nearest neighbours
 * @param refinement the objective's own stage
 * @param labels the stage that trains only the decoder, on whole documents
 */
public record Plan(Stage views, Stage neighbors, Stage refinement, Stage labels) {
    private static final double NEIGHBOR_RATE = 0.4;
    private static final double REFINEMENT_RATE = 0.1;
    private static final int LABEL_EPOCHS = 3;
    private static final int LABEL_STEPS = 100;

    /**
     * @param options the options of the training
     * @param refines whether the objective has a refinement stage
     * @param trained the number of documents that encoder and decoder learn from
     * @param batch the number of those documents per step
     * @param all the number of documents with words or a vector
     * @param warm whether the run starts from a trained network
     */
    static Plan of(VaeOptions options, boolean refines, int trained, int batch, int all, boolean warm) {
        int perEpoch = Math.max(1, trained / batch);
        double rate = options.learningRate();
        // an explicit number of epochs sets the first stage; later stages use half of it, rounded up
        int first = Stage.epochs(options.epochs(), 8, 400, perEpoch);
        int later = Stage.epochs((options.epochs() + 1) / 2, 4, 150, perEpoch);
        int perLabelEpoch = Math.max(1, all / LabelFit.batch(all));
        return new Plan(
                new Stage("views", warm ? warm(first) : first, perEpoch, rate, warm ? 0 : options.klAnnealing()),
                new Stage(
                        "neighbors",
                        options.neighbors() == 0 ? 0 : warm ? warm(later) : later,
                        perEpoch,
                        rate * NEIGHBOR_RATE),
                new Stage("refinement", refines ? later : 0, perEpoch, rate * REFINEMENT_RATE),
                new Stage("labels", Stage.epochs(0, LABEL_EPOCHS, LABEL_STEPS, perLabelEpoch), perLabelEpoch, rate));
    }

    /**
     * Half as many epochs, rounded up, at the full rate: a network that has learned needs no annealing and fewer steps,
     * but subjects that are new take more than an epoch or two.
     */
    private static int warm(int epochs) {
        return (epochs + 1) / 2;
    }

    /** Returns the stages that have epochs, in order. */
    List<Stage> stages() {
        return Stream.of(views, neighbors, refinement, labels)
                .filter(stage -> stage.epochs() > 0)
                .toList();
    }

    /** Returns the stages from {@code first} on. */
    List<Stage> stagesFrom(Stage first) {
        return stages().subList(stages().indexOf(first), stages().size());
    }

    /**
     * Returns the stage of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    Stage stage(String name) {
        return stages().stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the training has no stage [" + name + "]"));
    }

    public int epochs() {
        return views.epochs() + neighbors.epochs() + refinement.epochs() + labels.epochs();
    }

    public long steps() {
        return (long) views.steps() + neighbors.steps() + refinement.steps() + labels.steps();
    }
}
