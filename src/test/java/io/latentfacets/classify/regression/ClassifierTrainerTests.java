/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** Tests the choice of strength and temperature, the folds, and the measures, with numbers found by hand. */
public class ClassifierTrainerTests {

    @Test
    public void testTemperatureByHand() {
        // three of four documents are right with a score 1 above the other, and each label is right with 5/6:
        // 3 · 5/6 + 1/6 against 3 · 1/6 + 5/6, so e^(1/T) = 2
        double[][] scores = {{1, 0}, {1, 0}, {1, 0}, {1, 0}};
        int[][] labels = {{0}, {0}, {0}, {1}};
        assertEquals(1 / Math.log(2), Temperature.fit(scores, labels, false), 1e-5);
        // the same for one label that a document may have: e^(s/T) = 2 for s = 2
        double[][] several = {{2}, {2}, {2}, {2}};
        int[][] has = {{0}, {0}, {0}, {}};
        assertEquals(2 / Math.log(2), Temperature.fit(several, has, true), 1e-5);
    }

    @Test
    public void testTemperatureStaysInItsRange() {
        // scores that hardly differ want a temperature below the bound
        assertEquals(0.01, Temperature.fit(new double[][] {{1e-9, 0}}, new int[][] {{0}}, false), 0.001);
        assertEquals(100, Temperature.fit(new double[][] {{1, 0}}, new int[][] {{1}}, false), 1);
    }

    /** Sixty documents without a mistake do not prove that there is none: 61 of 62 are right. */
    @Test
    public void testNobodyIsSurerThanTheDocumentsAllow() {
        double[][] scores = new double[60][];
        Arrays.fill(scores, new double[] {5, 0});
        double temperature = Temperature.fit(scores, new int[60][1], false);
        assertEquals(5 / Math.log(61), temperature, 1e-4);
        assertEquals(61.0 / 62, LinearClassifier.probabilities(scores[0], temperature, false)[0], 1e-5);
    }

    @Test
    public void testQualityByHand() {
        double[][] probabilities = {{0.95, 0.05, 0}, {0.85, 0.15, 0}, {0.45, 0.55, 0}, {0.05, 0.95, 0}};
        int[][] labels = {{0}, {1}, {1}, {1}};
        Quality quality = Quality.of(probabilities, labels, 3, false);
        assertEquals(4, quality.documents());
        assertEquals(0.75, quality.accuracy(), 0);
        assertArrayEquals(new int[][] {{1, 0, 0}, {1, 2, 0}, {0, 0, 0}}, quality.confusion());
        // F1 of class 0: 2·1/(2+1), of class 1: 2·2/(4+1); class 2 does not occur
        assertEquals((2.0 / 3 + 0.8) / 2, quality.macroF1(), 1e-9);
        // bins .9–1: said 1.9, right 2; .8–.9: said .85, right 0; .5–.6: said .55, right 1
        assertEquals((0.1 + 0.85 + 0.45) / 4, quality.calibrationError(), 1e-9);
    }

    @Test
    public void testQualityOfSeveralLabelsByHand() {
        double[][] probabilities = {{0.9, 0.6}, {0.2, 0.7}};
        int[][] labels = {{0, 1}, {0}};
        Quality quality = Quality.of(probabilities, labels, 2, true);
        assertEquals(0.5, quality.accuracy(), 0);
        assertArrayEquals(new int[][] {{1, 0, 1, 0}, {1, 1, 0, 0}}, quality.confusion());
        assertEquals((2.0 / 3 + 2.0 / 3) / 2, quality.macroF1(), 1e-9);
        // .9 right, .6 right, .2 right, .7 wrong, each alone in its bin
        assertEquals((0.1 + 0.4 + 0.8 + 0.7) / 4, quality.calibrationError(), 1e-9);
    }

    @Test
    public void testFoldsHaveTheSameSharesOfEachClass() {
        Examples examples = blobs(50, 2, 0.1, 1);
        int[] folds = Folds.of(examples, 5);
        for (int fold = 0; fold < 5; fold++) {
            int[] members = Folds.members(folds, fold, true);
            assertEquals(10, members.length);
            int first = 0;
            for (int member : members) {
                first += examples.labels()[member][0] == 0 ? 1 : 0;
            }
            assertEquals(5, first);
            assertEquals(40, Folds.members(folds, fold, false).length);
        }
    }

    @Test
    public void testWellSeparatedClassesAreLearned() {
        ClassifierTrainer.Trained trained = ClassifierTrainer.train(blobs(60, 3, 0.1, 2), () -> {});
        assertEquals(5, trained.folds());
        assertEquals(60, trained.quality().documents());
        assertEquals(1, trained.quality().accuracy(), 0);
        Examples others = blobs(30, 3, 0.1, 3);
        for (int i = 0; i < others.size(); i++) {
            assertEquals(
                    others.labels()[i][0],
                    Quality.best(
                            trained.classifier().probabilities(others.rows().get(i))));
        }
    }

    @Test
    public void testProbabilitiesOfNoiseAreModest() {
        Random random = new Random(4);
        List<FeatureRow> rows = new ArrayList<>();
        int[][] labels = new int[200][];
        for (int i = 0; i < labels.length; i++) {
            rows.add(FeatureRow.dense(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()}));
            labels[i] = new int[] {random.nextInt(2)};
        }
        ClassifierTrainer.Trained trained = ClassifierTrainer.train(new Examples(rows, 2, labels, 2, false), () -> {});
        assertTrue(trained.quality().calibrationError() < 0.1);
        for (double probability : trained.classifier().probabilities(FeatureRow.dense(new float[] {1, 1}))) {
            assertTrue(probability > 0.2 && probability < 0.8);
        }
    }

    @Test
    public void testARareClassIsFound() {
        List<FeatureRow> rows = new ArrayList<>();
        int[][] labels = new int[105][];
        Random random = new Random(5);
        for (int i = 0; i < labels.length; i++) {
            boolean rare = i % 21 == 0;
            labels[i] = new int[] {rare ? 1 : 0};
            rows.add(FeatureRow.dense(
                    new float[] {(float) ((rare ? 1 : -1) + 0.3 * random.nextGaussian()), (float) random.nextGaussian()
                    }));
        }
        Quality quality = ClassifierTrainer.train(new Examples(rows, 2, labels, 2, false), () -> {})
                .quality();
        assertTrue("" + quality.macroF1(), quality.macroF1() > 0.9);
    }

    @Test
    public void testManyDocumentsAreMeasuredOnOneFold() {
        ClassifierTrainer.Trained trained =
                ClassifierTrainer.train(blobs(ClassifierTrainer.CROSS_VALIDATED + 1, 2, 0.3, 6), () -> {});
        assertEquals(1, trained.folds());
        assertEquals(401, trained.quality().documents());
    }

    @Test
    public void testTooFewAreRefused() {
        Examples one = new Examples(
                List.of(FeatureRow.dense(new float[] {1}), FeatureRow.dense(new float[] {2})),
                1,
                new int[][] {{0}, {0}},
                1,
                false);
        assertThrows(IllegalArgumentException.class, () -> ClassifierTrainer.train(one, () -> {}));
        assertThrows(
                IllegalArgumentException.class, () -> new Examples(one.rows(), 1, new int[][] {{0}, {}}, 2, false));
    }

    /** Classes around the unit vectors. */
    private static Examples blobs(int documents, int classes, double noise, long seed) {
        Random random = new Random(seed);
        List<FeatureRow> rows = new ArrayList<>();
        int[][] labels = new int[documents][];
        for (int i = 0; i < documents; i++) {
            float[] vector = new float[classes];
            for (int j = 0; j < classes; j++) {
                vector[j] = (float) (noise * random.nextGaussian()) + (j == i % classes ? 1 : 0);
            }
            labels[i] = new int[] {i % classes};
            rows.add(FeatureRow.dense(vector));
        }
        return new Examples(rows, classes, labels, classes, false);
    }
}
