/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.drift.DriftSketch;
import io.latentfacets.encode.EncoderService.Encoded;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.model.ModelFixtures;
import io.latentfacets.text.ReadDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

public class DriftWatchTests extends OpenSearchTestCase {

    private final InMemoryGenerations generations = new InMemoryGenerations();
    private Generation generation;
    private Path data;
    private Path file;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generation = ModelFixtures.generation("news", 1, createTempDir(), 1000);
        generations.put(generation).activate("news", 1);
        data = createTempDir();
        file = data.resolve("latent-facets").resolve("drift").resolve("news.drift");
    }

    private DriftWatch start() {
        return new DriftWatch(generations, data, () -> 42);
    }

    private static List<DriftWatch.Ingested> documents(int count) {
        ReadDocument read = new ReadDocument(ReadDocument.EMPTY.bow(), 4, 1, List.of());
        return java.util.Collections.nCopies(
                count, new DriftWatch.Ingested("news", "1", new Encoded(new byte[] {127, 3}, read)));
    }

    private long count(DriftWatch watch) {
        DriftSketch sketch = watch.sketch(Stamp.of(generation));
        return sketch == null ? 0 : sketch.documents();
    }

    public void testARestartKeepsTheStatistics() {
        DriftWatch before = start();
        before.ingested(generation, documents(30));
        before.save();
        assertTrue(Files.exists(file));

        DriftWatch after = start();
        assertThat("before a document comes", count(after), equalTo(30L));
        assertThat(after.sketch(Stamp.of(generation)), equalTo(before.sketch(Stamp.of(generation))));
        after.ingested(generation, documents(12));
        assertThat(count(after), equalTo(42L));
        after.save();
        assertThat(count(start()), equalTo(42L));
    }

    public void testADamagedFileBeginsAnew() throws Exception {
        DriftWatch before = start();
        before.ingested(generation, documents(30));
        before.save();
        byte[] bytes = Files.readAllBytes(file);
        bytes[randomInt(bytes.length - 1)] ^= 1;
        Files.write(file, bytes);

        DriftWatch after = start();
        assertThat(count(after), equalTo(0L));
        assertFalse("it is not read again", Files.exists(file));
        after.ingested(generation, documents(2));
        assertThat(count(after), equalTo(2L));
    }

    public void testANewGenerationBeginsAnew() throws Exception {
        DriftWatch watch = start();
        watch.ingested(generation, documents(30));
        Generation next = ModelFixtures.generation("news", 2, createTempDir(), 1000);
        generations.put(next).activate("news", 2);
        watch.ingested(next, documents(5));
        watch.ingested(generation, documents(7)); // a bulk request that began before
        assertThat(watch.sketch(Stamp.of(next)).documents(), equalTo(5L));
        assertThat(watch.sketch(Stamp.of(generation)), nullValue());
    }

    /** Only a model whose clusters follow the stream is charged for it. */
    public void testTheTallyOfTheStreamGoesOnWithMinorGenerationsAndAfterARestart() {
        DriftWatch still = start();
        still.ingested(generation, documents(3));
        assertThat(still.stream(Stamp.of(generation)), nullValue());

        DriftWatch watch = new DriftWatch(generations, data, () -> 42, model -> 1000);
        watch.ingested(generation, documents(30));
        Generation minor = generation.as("news", 2);
        minor = new Generation(
                new GenerationInfo(
                        "news",
                        2,
                        1,
                        99,
                        100,
                        1,
                        "cpu",
                        Map.of(),
                        generation.info().major()),
                minor.text(),
                minor.fields(),
                minor.vocabulary(),
                minor.weights(),
                minor.clusters());
        generations.put(minor).activate("news", 2);
        watch.ingested(minor, documents(5));
        assertThat(watch.stream(Stamp.of(minor)).documents(), equalTo(35L));
        assertThat("drift goes on counting too", watch.sketch(Stamp.of(minor)).documents(), equalTo(35L));
        watch.save();

        DriftWatch after = new DriftWatch(generations, data, () -> 42, model -> 1000);
        assertThat("before a document comes", after.stream(Stamp.of(minor)).documents(), equalTo(35L));
        after.ingested(minor, documents(1));
        assertThat(after.stream(Stamp.of(minor)).documents(), equalTo(36L));
        assertThat(count(after), equalTo(36L));
    }

    public void testTheFileOfADeletedModelGoes() {
        DriftWatch watch = start();
        watch.ingested(generation, documents(30));
        watch.save();
        generations.activate("news", 0);
        watch.save();
        assertFalse(Files.exists(file));
        assertThat(count(watch), equalTo(0L));
    }

    public void testAGenerationOfBeforeHasNoReference() {
        DriftWatch watch = start();
        watch.ingested(generation, documents(30));
        DriftService.Collected found =
                new DriftService.Collected(watch.sketch(Stamp.of(generation)), List.of("node-2"));
        var report = DriftService.compare(generation, found);
        assertThat(report.status(), equalTo(io.latentfacets.drift.DriftReport.Status.UNKNOWN));
        assertThat(report.reason(), containsString("train the model again"));
        assertThat(report.documents(), equalTo(30L));
        assertThat(report.unreachable(), equalTo(List.of("node-2")));
    }
}
