/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** Tests fits against the condition of an optimum, and what is stored of them. */
public class LogisticRegressionTests {

    private static void goOn() {}

    private static Examples random(int documents, int columns, int classes, long seed) {
        Random random = new Random(seed);
        List<FeatureRow> rows = new ArrayList<>();
        int[][] labels = new int[documents][];
        for (int i = 0; i < documents; i++) {
            float[] vector = new float[columns];
            for (int j = 0; j < columns; j++) {
                vector[j] = (float) random.nextGaussian();
            }
            labels[i] = new int[] {i % classes};
            vector[i % classes] += 1;
            rows.add(FeatureRow.dense(vector));
        }
        return new Examples(rows, columns, labels, classes, false);
    }

    @Test
    public void testTheGradientVanishes() {
        Examples examples = random(60, 4, 3, 1);
        double strength = 0.7;
        LinearClassifier fitted = LogisticRegression.fit(examples, strength, LogisticRegressionTests::goOn);
        for (int label = 0; label < 3; label++) {
            // 20 of 60 documents have each label
            double positive = Math.sqrt(40.0 / 20);
            double[] gradient = new double[5];
            double[] start = new double[5];
            for (int i = 0; i < examples.size(); i++) {
                FeatureRow row = examples.rows().get(i);
                boolean has = examples.labels()[i][0] == label;
                double y = has ? 1 : -1;
                double cost = strength * (has ? positive : 1);
                double slope = -y / (1 + Math.exp(y * fitted.scores(row)[label]));
                for (int j = 0; j < 5; j++) {
                    double x = j < 4 ? row.values()[j] : 1;
                    gradient[j] += cost * slope * x;
                    start[j] += cost * -y / 2 * x;
                }
            }
            for (int j = 0; j < 4; j++) {
                gradient[j] += fitted.weight(label, j);
            }
            gradient[4] += fitted.scores(new FeatureRow(new int[0], new float[0]))[label];
            // the method stops when the gradient is this much smaller than at zero
            assertTrue(norm(gradient) + " after " + norm(start), norm(gradient) < 0.02 * norm(start));
        }
    }

    private static double norm(double[] vector) {
        double squares = 0;
        for (double x : vector) {
            squares += x * x;
        }
        return Math.sqrt(squares);
    }

    @Test
    public void testKnownAnswerOfTwoDocuments() {
        // two mirrored documents: the bias is 0, and w = 2 C / (1 + exp(w)), whose solution for C = 1 is .8526
        Examples two = new Examples(
                List.of(FeatureRow.dense(new float[] {1}), FeatureRow.dense(new float[] {-1})),
                1,
                new int[][] {{0}, {1}},
                2,
                false);
        LinearClassifier fitted = LogisticRegression.fit(two, 1, LogisticRegressionTests::goOn);
        double w = fitted.weight(0, 0);
        assertEquals(w, 2 / (1 + Math.exp(w)), 0.02);
        assertEquals(-w, fitted.weight(1, 0), 1e-6);
        assertEquals(0, fitted.scores(FeatureRow.dense(new float[] {0}))[0], 1e-6);
    }

    @Test
    public void testAClassThatNobodyHasIsImprobable() {
        Examples examples = random(20, 4, 2, 2);
        Examples more = new Examples(examples.rows(), 4, examples.labels(), 3, true);
        double[] probabilities = LogisticRegression.fit(more, 1, LogisticRegressionTests::goOn)
                .probabilities(more.rows().get(0));
        assertEquals(0.5 / 21, probabilities[2], 1e-6);
    }

    @Test
    public void testEqualExamplesGiveEqualWeights() throws IOException {
        assertArrayEquals(
                bytes(LogisticRegression.fit(random(50, 6, 2, 3), 3, LogisticRegressionTests::goOn)),
                bytes(LogisticRegression.fit(random(50, 6, 2, 3), 3, LogisticRegressionTests::goOn)));
    }

    @Test
    public void testProbabilities() {
        LinearClassifier one = new LinearClassifier(new float[] {1, 0}, new float[] {0, 0}, 2, false);
        FeatureRow row = FeatureRow.dense(new float[] {(float) (2 * Math.log(3))});
        assertArrayEquals(new double[] {0.75, 0.25}, one.probabilities(row), 1e-6);
        LinearClassifier several = new LinearClassifier(new float[] {1, 0}, new float[] {0, 0}, 2, true);
        assertArrayEquals(new double[] {0.75, 0.5}, several.probabilities(row), 1e-6);
    }

    @Test
    public void testStoredWeights() throws IOException {
        LinearClassifier fitted = LogisticRegression.fit(random(30, 5, 3, 4), 1, LogisticRegressionTests::goOn)
                .withTemperature(1.5);
        byte[] stored = bytes(fitted);
        LinearClassifier read = read(stored, 15);
        assertEquals(1.5, read.temperature(), 0);
        assertArrayEquals(stored, bytes(read));
        assertThrows(IOException.class, () -> read(stored, 14));
        stored[1] = 77;
        assertThrows(IOException.class, () -> read(stored, 15));
    }

    @Test
    public void testItStopsWhenAsked() {
        assertThrows(
                IllegalStateException.class,
                () -> LogisticRegression.fit(random(30, 5, 3, 4), 1, () -> {
                    throw new IllegalStateException("stop");
                }));
    }

    private static LinearClassifier read(byte[] stored, long most) throws IOException {
        return LinearClassifier.readFrom(new DataInputStream(new ByteArrayInputStream(stored)), most);
    }

    private static byte[] bytes(LinearClassifier classifier) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        classifier.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
