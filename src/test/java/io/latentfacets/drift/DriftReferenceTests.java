/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.StableKeys;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.text.ReadDocument.Word;
import io.latentfacets.vae.Latents;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.opensearch.test.OpenSearchTestCase;

/** Documents of ten subjects, and others of two more, made of random directions. */
public class DriftReferenceTests extends OpenSearchTestCase {

    private static final int SUBJECTS = 10;
    private static final int DIMS = 16;

    /** A document: its latent, its share of unknown words, its words. */
    private record Doc(float[] latent, double unknown, List<Word> words) {}

    private final Random numbers = new Random(20251128);
    private final float[][] means = Clouds.random(numbers, SUBJECTS + 2, DIMS);
    private Clusters clusters;
    private DriftReference reference;

    private List<Doc> docs(int count, int... subjects) {
        float[][] own = Arrays.stream(subjects).mapToObj(s -> means[s]).toArray(float[][]::new);
        float[][] latents = Clouds.around(numbers, own, count, 0.8);
        List<Doc> docs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int subject = subjects[i % subjects.length];
            List<Word> words = new ArrayList<>();
            for (int w = 0; w < 5; w++) {
                String word = "s" + subject + "w" + numbers.nextInt(10);
                words.add(new Word(word, word.toUpperCase(java.util.Locale.ROOT)));
            }
            double unknown = subject < SUBJECTS ? 0.2 * numbers.nextDouble() : 0.2 + 0.3 * numbers.nextDouble();
            docs.add(new Doc(latents[i], unknown, words));
        }
        return docs;
    }

    private static int[] subjects(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    private void learn(List<Doc> docs) {
        float[][] latents = docs.stream().map(Doc::latent).toArray(float[][]::new);
        Partition partition = new Clusterer(new ClusterOptions(SUBJECTS, 1)).cluster(latents, Clouds::goOn);
        List<ClusterLabel> labels = Collections.nCopies(partition.count(), ClusterLabel.NONE);
        List<String> ids =
                IntStream.range(0, latents.length).mapToObj(Integer::toString).toList();
        StableKeys keys = StableKeys.renew(List.of(), 0, new int[0], new int[0], partition.count());
        clusters = Clusters.describe(partition, labels, keys, latents, ids);
        float[] unseen = new float[docs.size()];
        for (int i = 0; i < unseen.length; i++) {
            unseen[i] = (float) docs.get(i).unknown();
        }
        reference = DriftReference.learn(
                clusters,
                latents,
                partition.assign(latents),
                unseen,
                i -> docs.get(i).words(),
                null);
    }

    private DriftReport report(List<Doc> docs) {
        DriftWindow window = new DriftWindow(clusters, reference);
        for (int i = 0; i < docs.size(); i++) {
            Doc doc = docs.get(i);
            String id = "" + i;
            window.add(
                    Latents.quantize(doc.latent()),
                    doc.unknown(),
                    () -> new DriftWindow.Origin("news", id, doc.words()),
                    17);
        }
        return reference.report(window.sketch());
    }

    public void testRandomHalvesAreAlike() {
        List<Doc> corpus = docs(3000, subjects(0, SUBJECTS));
        for (int half = 0; half < 20; half++) {
            Collections.shuffle(corpus, numbers);
            learn(corpus.subList(0, 1500));
            DriftReport report = report(corpus.subList(1500, 3000));
            assertThat("half " + half + ": " + report, report.status(), equalTo(DriftReport.Status.GREEN));
            assertThat(report.advice(), equalTo(DriftReport.Advice.NONE));
            assertThat(report.signals().keySet(), hasSize(4));
        }
    }

    public void testSmallWindowsOfTheSameKindAreAlike() {
        learn(docs(2000, subjects(0, SUBJECTS)));
        for (int size : new int[] {100, 300, 1000}) {
            for (int round = 0; round < 10; round++) {
                // every subject has its documents by chance, as in a stream
                int[] drawn = numbers.ints(size, 0, SUBJECTS).toArray();
                DriftReport report = report(docs(size, drawn));
                assertThat(size + ": " + report, report.status(), equalTo(DriftReport.Status.GREEN));
            }
        }
    }

    public void testEverySwapOfTwoSubjectsAlarms() {
        learn(docs(3000, subjects(0, SUBJECTS)));
        for (int i = 0; i < SUBJECTS; i++) {
            for (int j = i + 1; j < SUBJECTS; j++) {
                int[] swapped = subjects(0, SUBJECTS);
                swapped[i] = SUBJECTS;
                swapped[j] = SUBJECTS + 1;
                DriftReport report = report(docs(1000, swapped));
                assertThat(report.toString(), report.status(), equalTo(DriftReport.Status.RED));
                assertThat(report.advice(), equalTo(DriftReport.Advice.FULL));
            }
        }
    }

    public void testOtherSharesOfKnownSubjectsNeedOnlyNewClusters() {
        learn(docs(3000, subjects(0, SUBJECTS)));
        DriftReport report = report(docs(1000, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        assertThat(report.toString(), report.status(), equalTo(DriftReport.Status.YELLOW));
        assertThat(report.advice(), equalTo(DriftReport.Advice.CLUSTERS));
        assertTrue(report.signals().get(DriftReport.CLUSTER_SHARES).alarm());
        assertThat(report.newSubjects(), empty());
    }

    public void testFindsANewSubjectAmongManyDocuments() {
        learn(docs(3000, subjects(0, SUBJECTS)));
        List<Doc> docs = docs(3000, subjects(0, SUBJECTS));
        docs.addAll(docs(200, SUBJECTS));
        DriftReport report = report(docs);
        assertThat(report.newSubjects(), hasSize(1));
        NewSubject found = report.newSubjects().get(0);
        assertThat(found.documents(), greaterThan(100L));
        assertThat("as written", found.terms(), hasItem("S" + SUBJECTS + "W3"));
        for (NewSubject.Example example : found.examples()) {
            assertThat(example.index(), equalTo("news"));
            assertTrue(example.toString(), Integer.parseInt(example.id()) >= 3000);
        }
        assertThat(found.latents(), hasSize(NewSubjects.MOST));
        assertThat(report.advice(), equalTo(DriftReport.Advice.FULL));
    }

    /** A clean collection says nothing about the words of odd documents; its ordinary ones stand for them. */
    public void testFindsANewSubjectWhereNoLearnedDocumentIsOdd() {
        learn(plain(docs(1000, subjects(0, SUBJECTS)), subjects(0, SUBJECTS), 0));
        List<Doc> docs = plain(docs(1000, subjects(0, SUBJECTS)), subjects(0, SUBJECTS), 0);
        docs.addAll(plain(docs(100, SUBJECTS), new int[] {SUBJECTS}, 0.4));
        DriftReport report = report(docs);
        assertThat(report.toString(), report.newSubjects(), hasSize(1));
        assertThat(report.newSubjects().get(0).terms(), hasItem("S" + SUBJECTS + "W3"));
    }

    /** The same documents in the middle of their subjects. */
    private List<Doc> plain(List<Doc> docs, int[] subjects, double unknown) {
        List<Doc> plain = new ArrayList<>();
        for (int i = 0; i < docs.size(); i++) {
            plain.add(new Doc(
                    means[subjects[i % subjects.length]], unknown, docs.get(i).words()));
        }
        return plain;
    }

    public void testTellsTwoNewSubjectsApart() {
        learn(docs(3000, subjects(0, SUBJECTS)));
        List<Doc> docs = docs(2000, subjects(0, SUBJECTS));
        docs.addAll(docs(400, SUBJECTS, SUBJECTS + 1));
        List<String> first = report(docs).newSubjects().stream()
                .map(subject -> subject.terms().get(0).substring(0, 3))
                .toList();
        assertThat(first, containsInAnyOrder("S10", "S11"));
    }

    public void testFewDocumentsSayNothing() {
        learn(docs(1000, subjects(0, SUBJECTS)));
        DriftReport report = report(docs(DriftReference.FEWEST - 1, SUBJECTS));
        assertThat(report.status(), equalTo(DriftReport.Status.GREEN));
        assertThat(report.documents(), equalTo(DriftReference.FEWEST - 1L));
        assertTrue(report.signals().isEmpty());
    }

    public void testDocumentsWithoutKnownWordsAlarm() {
        learn(docs(1000, subjects(0, SUBJECTS)));
        DriftWindow window = new DriftWindow(clusters, reference);
        for (int i = 0; i < 200; i++) {
            window.add(null, 1, () -> null, 1);
        }
        DriftReport report = reference.report(window.sketch());
        assertThat(report.advice(), equalTo(DriftReport.Advice.FULL));
        assertThat(report.signals().keySet(), containsInAnyOrder(DriftReport.OUT_OF_VOCABULARY));
    }

    public void testTheWindowForgets() {
        learn(docs(600, subjects(0, SUBJECTS)));
        DriftWindow window = new DriftWindow(clusters, reference);
        for (int i = 0; i < 5000; i++) {
            window.add(Latents.quantize(means[0]), 0, () -> null, i);
        }
        long documents = window.sketch().documents();
        assertTrue("" + documents, documents >= 600 && documents <= 1200);
        assertThat(window.sketch().since(), equalTo(5000 - documents));
        assertThat(window.changes(), equalTo(5000L));
    }

    public void testBytes() throws IOException {
        learn(docs(1500, subjects(0, SUBJECTS)));
        byte[] bytes = bytes(reference);
        DriftReference copy = DriftReference.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
        assertArrayEquals(bytes, bytes(copy));
        DriftSketch sketch = new DriftSketch(SUBJECTS);
        for (int i = 0; i < 500; i++) {
            sketch.add(new Observation(0.1, i % SUBJECTS, 0.7f, false, false), 1);
        }
        assertThat(copy.report(sketch), equalTo(reference.report(sketch)));
        for (int round = 0; round < 2000; round++) {
            byte[] hostile = bytes.clone();
            hostile[randomInt(hostile.length - 1)] = randomByte();
            DriftReference read;
            try {
                read = DriftReference.readFrom(new DataInputStream(new ByteArrayInputStream(hostile)));
            } catch (IOException e) {
                continue;
            }
            if (read.clusters() == SUBJECTS) {
                assertThat(read.report(sketch), not(equalTo(null)));
            }
        }
    }

    public void testNewClustersOfTheSameEncoderKeepWhatIsKnownOfWords() {
        learn(docs(1500, subjects(0, SUBJECTS)));
        DriftReference before = reference;
        List<Doc> docs = docs(500, subjects(0, SUBJECTS));
        float[][] latents = docs.stream().map(Doc::latent).toArray(float[][]::new);
        reference = DriftReference.learn(
                clusters,
                latents,
                clusters.partition().assign(latents),
                new float[0],
                i -> docs.get(i).words(),
                before);
        Signal words = report(docs(500, subjects(0, SUBJECTS))).signals().get(DriftReport.OUT_OF_VOCABULARY);
        assertEquals(0.1, words.learned(), 0.01);
        assertFalse(words.alarm());
    }

    private static byte[] bytes(DriftReference reference) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        reference.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
