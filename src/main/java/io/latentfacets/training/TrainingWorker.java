/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.attach.ReencodeService;
import io.latentfacets.attach.Reencoded;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Curation;
import io.latentfacets.cluster.CurationTransfer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.corpus.CorpusReader;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.engine.NativeHeap;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Decision;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.model.Provenance;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.KnownWordsBuilder;
import io.latentfacets.text.RowBuilder;
import io.latentfacets.text.TextOptions;
import io.latentfacets.training.memory.TrainingMemory;
import io.latentfacets.training.memory.TrainingReservation;
import io.latentfacets.training.progress.TrainingPhase;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.util.ThreadInterruptedException;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchException;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.UncategorizedExecutionException;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.transport.client.Client;

/**
 * Runs one training on the node that trains, from reading the documents to activating the generation and re-encoding.
 * It blocks its thread. It releases memory, files, the point in time and native arrays on every path. For a single use;
 * not thread-safe.
 */
final class TrainingWorker {

    private static final Logger logger = LogManager.getLogger(TrainingWorker.class);

    /** How often the worker tries to activate a generation while people change clusters. */
    private static final int MOST_TRIES = 100;

    private static final long PAUSE_MILLIS = 50;

    private final TrainingContext services;
    private final ModelDefinition definition;
    private final int number;
    private final boolean clustersOnly;
    private final boolean force;
    private final String why;
    private final Beginning beginning;
    private final WorkerTask task;
    private final Client client;
    private final TaskId taskId;
    private final int window;
    private final TimeValue checkpointInterval;
    private final ReencodeService reencoding;
    private final long startNanos = System.nanoTime();

    /**
     * @param taskId the id of the task
     * @param client a client that acts as the user, with the task as parent
     * @param window the largest number of hits in a page of a search over the model's indices
     * @param checkpointInterval the least time between two checkpoints
     */
    TrainingWorker(
            TrainingContext services,
            TrainingJob job,
            WorkerTask task,
            TaskId taskId,
            Client client,
            int window,
            TimeValue checkpointInterval,
            ReencodeService reencoding) {
        this.services = services;
        this.definition = job.definition();
        this.number = job.generation();
        this.clustersOnly = job.mode() == TrainMode.CLUSTERS;
        this.force = job.force();
        this.why = job.why();
        this.beginning = job.beginning();
        this.task = task;
        this.taskId = taskId;
        this.client = client;
        this.window = window;
        this.checkpointInterval = checkpointInterval;
        this.reencoding = reencoding;
    }

    TrainingResult run() throws IOException {
        task.checkCancelled();
        EngineEncoder.requireAvailable(services.engine());
        task.device(services.engine().device());
        Path directory = services.space().create();
        GenerationSummary summary;
        try {
            summary = train(directory);
        } catch (IOException e) {
            // such as a disk without room, of which the message alone says neither whose nor what for
            throw new IOException(
                    "cannot keep the words of the documents in [" + directory.getParent() + "]: " + e.getMessage(), e);
        } finally {
            services.space().remove(directory);
            NativeHeap.trim();
        }
        List<LeftDocuments> left = summary.rejected() ? List.of() : reencode(summary.encoder());
        return new TrainingResult(summary, left);
    }

    /** Ends a training whose generation is active already: only documents without its latents are left to encode. */
    TrainingResult reencode(GenerationSummary published) {
        task.checkCancelled();
        return new TrainingResult(published, reencode(published.encoder()));
    }

    private GenerationSummary train(Path directory) throws IOException {
        task.progress(TrainingPhase.READING, 0);
        Predecessor predecessor = predecessor();
        Generation previous = predecessor.generation();
        if (clustersOnly && previous == null) {
            throw TrainMode.nothingToCluster(definition.name());
        }
        if (!clustersOnly && definition.text().wordVectors() != null) {
            // before all documents are read in vain
            services.wordVectors().require(definition.text().wordVectors());
        }
        try (CorpusReader reader = new CorpusReader(
                client,
                definition.source().indices(),
                definition.source().queryBuilder(services.xContentRegistry()),
                window,
                task::checkCancelled)) {
            long documents = Math.min(reader.total(), definition.source().maxDocuments());
            boolean compared = previous != null;
            boolean inEngine = NetworkPhase.decodesInEngine(services.engine());
            try (TrainingReservation memory =
                    new TrainingReservation(definition, services.breaker(), services.outsideHeap(), this::awaitHeap)) {
                memory.raise(
                        clustersOnly
                                ? TrainingMemory.estimateClusters(definition, previous, documents)
                                : TrainingMemory.estimate(definition, documents, 0, compared, inEngine));
                try (TrainingCorpus corpus = read(reader, previous, directory, memory)) {
                    reader.done();
                    if (!clustersOnly && corpus.vectorDims() > 0) {
                        memory.raise(TrainingMemory.estimate(
                                definition, corpus.size(), corpus.vectorDims(), compared, inEngine));
                    }
                    return publish(learn(corpus, predecessor), predecessor);
                }
            }
        }
    }

    /** The active generation, for the comparison and for its clusters' keys. */
    private Predecessor predecessor() {
        String model = definition.name();
        int active = services.generations().active(model);
        // new clusters for the encoder of the active generation need that generation, forced or not
        return Predecessor.load(model, active, number, force && !clustersOnly, () -> load(active));
    }

    private Generation load(int generation) {
        return await(listener -> services.generations().load(definition.name(), generation, listener));
    }

    private TrainingCorpus read(CorpusReader reader, Generation previous, Path directory, TrainingReservation memory)
            throws IOException {
        ModelDefinition read = reading(previous);
        boolean vectors = read.source().vectorField() != null;
        Analyzer analyzer = services.analyzers().apply(read.text().analyzer());
        int dims = clustersOnly ? previous.vectorDims() : 0;
        try (RowBuilder rows = clustersOnly
                        ? new KnownWordsBuilder(analyzer, previous.vocabulary(), read.text(), directory)
                        : new CorpusBuilder(analyzer, read.text(), directory, services.workers());
                VectorCollector collector = vectors ? new VectorCollector(read, dims, directory) : null) {
            return new CorpusPhase(read, previous, collector, services.encoders(), memory, task)
                    .run(reader, fields(read, previous), rows);
        }
    }

    /** The paths that the definition and the previous generation read. */
    private static Set<String> fields(ModelDefinition read, Generation previous) {
        Set<String> fields = new LinkedHashSet<>();
        read.source().fields().forEach(field -> fields.add(field.name()));
        if (read.source().vectorField() != null) {
            fields.add(read.source().vectorField());
        }
        if (previous != null) {
            previous.fields().forEach(field -> fields.add(field.name()));
            if (previous.vectorField() != null) {
                fields.add(previous.vectorField());
            }
        }
        return fields;
    }

    /** The definition with the fields and analysis of the encoder in use: a user may have changed them since. */
    private ModelDefinition reading(Generation previous) {
        return clustersOnly
                ? definition.readAs(previous.fields(), previous.vectorField(), previous.text())
                : definition;
    }

    /**
     * What was learned, before it is published.
     *
     * @param found the clusters, for what people change until then
     */
    private record Learned(Generation generation, ClusterPhase.Result found) {
        CurationTransfer.Result carried(ClusterEdits edits, Generation previous) {
            return found.carried(edits, previous == null ? null : previous.encoder(), generation.encoder());
        }
    }

    private Learned learn(TrainingCorpus corpus, Predecessor predecessor) {
        Generation previous = predecessor.generation();
        ClusterPhase clustering = new ClusterPhase(
                        corpus,
                        previous == null ? null : previous.clusters(),
                        predecessor.firstKey(),
                        beginning.continuity(),
                        ClusterPhase.Mapping.of(services, definition.vae().seed(), previous, clustersOnly, task),
                        task)
                .guidedBy(definition.clusters().seeds(), words(corpus, previous), previous)
                .on(services.workers());
        VaeWeights weights;
        double heldOutLoss;
        ClusterPhase.Result found;
        Decision.Start start;
        if (clustersOnly) {
            Decision before = previous.provenance().decision();
            start = before == null ? null : before.start();
            weights = previous.weights();
            heldOutLoss = previous.metrics().getOrDefault(QualityGate.HELD_OUT_LOSS, Double.NaN);
            found = clustering.run(corpus.previous(), new Decoder(weights), clusterOptions(), labelOptions());
        } else {
            Origin origin = Origin.of(beginning, predecessor, this::load, definition, corpus);
            start = origin.start();
            logger.info("training generation [{}] of model [{}] {}", number, definition.name(), start.why());
            NetworkPhase.Result trained = new NetworkPhase(services, definition, number, checkpointInterval, task)
                    .run(corpus, origin.network());
            weights = trained.weights();
            heldOutLoss = trained.heldOutLoss();
            try (LatentEncoder encoder = EngineEncoder.of(services.engine(), weights)) {
                found = (start.warm() ? clustering.continued() : clustering)
                        .run(encoder, new Decoder(weights), clusterOptions(), labelOptions());
            }
        }
        task.progress(TrainingPhase.EVALUATING, 0);
        Map<String, Double> metrics = QualityGate.measure(corpus, found, heldOutLoss);
        if (previous != null && !clustersOnly && corpus.hasPrevious()) {
            QualityGate.comparePerplexity(corpus, found, weights, previous, definition.text(), metrics);
        }
        Decision decision = QualityGate.decide(
                        definition.name(),
                        number,
                        clustersOnly ? TrainMode.CLUSTERS : TrainMode.FULL,
                        why,
                        previous == null ? 0 : predecessor.number(),
                        QualityGate.growth(found),
                        force,
                        metrics)
                .startedBy(start)
                .guidedBy(found.seeds());
        double seconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos) / 1000.0;
        GenerationInfo info = new GenerationInfo(
                definition.name(),
                number,
                clustersOnly ? previous.encoderGeneration() : number,
                System.currentTimeMillis(),
                corpus.size(),
                seconds,
                services.engine().device(),
                metrics);
        ModelDefinition read = reading(previous);
        Generation generation = new Generation(
                        info,
                        read.text(),
                        read.source().fields(),
                        read.source().vectorField(),
                        corpus.vocabulary(),
                        weights,
                        found.clusters(),
                        Provenance.of(decision, found.lineage(), definition))
                .with(found.drift(corpus, clustersOnly ? previous.drift() : null))
                .with(found.projection());
        Learned learned = new Learned(generation, found);
        List<String> lost = learned.carried(edits(), previous).lost();
        return lost.isEmpty()
                ? learned
                : new Learned(
                        generation.with(Provenance.of(decision.notKeeping(lost), found.lineage(), definition)), found);
    }

    /** Reads text as the training reads documents. */
    private BowFactory words(TrainingCorpus corpus, Generation previous) {
        TextOptions text = reading(previous).text();
        return new BowFactory(services.analyzers().apply(text.analyzer()), corpus.vocabulary(), text);
    }

    private ClusterEdits edits() {
        return services.generations().edits(definition.name());
    }

    private ClusterOptions clusterOptions() {
        return definition.clusters();
    }

    private LabelOptions labelOptions() {
        return new LabelOptions(definition.text().exclude(), LabelOptions.MAX_TERMS);
    }

    private GenerationSummary publish(Learned learned, Predecessor predecessor) {
        Generation generation = learned.generation();
        task.progress(TrainingPhase.PUBLISHING, 0);
        GenerationSummary summary = await(listener -> services.store().publish(generation, listener));
        if (summary.rejected()) {
            logger.info("{}", summary.decision().reason());
            task.progress(TrainingPhase.DONE, 1);
            return summary;
        }
        task.progress(TrainingPhase.PUBLISHING, 0.8);
        activate(learned, predecessor);
        logger.info(
                "model [{}] has a new generation [{}] of [{}] documents after {} s",
                definition.name(),
                number,
                generation.documents(),
                generation.seconds());
        return summary;
    }

    /**
     * Activates the generation with what people have made of clusters by now; again if they are making more of them.
     */
    private void activate(Learned learned, Predecessor predecessor) {
        for (int tries = 1; ; tries++) {
            task.checkCancelled();
            ClusterEdits edits = edits();
            Curation after = learned.carried(edits, predecessor.generation()).curation();
            try {
                TrainingWorker.<AcknowledgedResponse>await(listener -> services.store()
                        .activate(definition.name(), predecessor.number(), number, edits.curation(), after, listener));
                return;
            } catch (OpenSearchException e) {
                boolean changed = e.status() == RestStatus.CONFLICT
                        && services.generations().active(definition.name()) == predecessor.number();
                if (!changed || tries == MOST_TRIES) {
                    throw e;
                }
                logger.debug("somebody changes clusters of model [{}] meanwhile", definition.name(), e);
                pause(PAUSE_MILLIS);
            }
        }
    }

    /**
     * Re-encodes the documents with the new generation. A failure does not fail the training, because the generation is
     * active already: {@code _reencode} can encode the remaining documents later.
     *
     * @return what was left
     */
    private List<LeftDocuments> reencode(EncoderId encoder) {
        if (clustersOnly) {
            // the encoder stays, so the stored latents stay valid
            task.progress(TrainingPhase.DONE, 1);
            return List.of();
        }
        if (definition.refresh() != null && !definition.refresh().reencode()) {
            return List.of();
        }
        List<LeftDocuments> left;
        task.progress(TrainingPhase.REENCODING, 0);
        try {
            Reencoded first = reencodeOnce(encoder);
            // bulk requests that started before the activation may have written latents of the old encoder
            left = first.updated() > 0 ? reencodeOnce(encoder).left() : first.left();
        } catch (TaskCancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            task.checkCancelled();
            logger.warn(
                    "documents of model [{}] are not all encoded with generation [{}], _reencode goes on with them: {}",
                    definition.name(),
                    number,
                    e.getMessage());
            left = List.of(new LeftDocuments(LeftDocuments.ALL, LeftDocuments.UNKNOWN, String.valueOf(e.getMessage())));
        }
        task.progress(TrainingPhase.DONE, 1);
        return left;
    }

    private Reencoded reencodeOnce(EncoderId encoder) {
        return await(listener -> reencoding.startAll(
                definition.name(),
                reencoding.work(definition.name()),
                encoder,
                definition.reencodingLimit(),
                taskId,
                true,
                listener));
    }

    private void awaitHeap() {
        task.checkCancelled();
        pause(TrainingReservation.PAUSE_MILLIS);
        task.checkCancelled();
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ThreadInterruptedException(e);
        }
    }

    /** Waits for the result of a call, on a thread that may. Throws an IOException of the call unchecked. */
    static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        try {
            return future.actionGet();
        } catch (UncategorizedExecutionException e) {
            // its own message is "Failed execution"
            if (ExceptionsHelper.unwrap(e, IOException.class) instanceof IOException cause) {
                throw new UncheckedIOException(cause.getMessage(), cause);
            }
            throw e;
        }
    }
}
