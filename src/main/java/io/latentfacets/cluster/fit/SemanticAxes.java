/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/**
 * Latent semantic analysis (Deerwester et al., 1990): documents as points on the largest singular directions of their
 * TF-IDF matrix A, found by randomised subspace iteration on AAᵀ (Halko, Martinsson and Tropp, 2011, algorithm 4.4).
 * For a few thousand documents: takes 16 bytes for each document and direction and 8 for each word of each document,
 * and time in proportion to both. The result depends only on the arguments. Stateless.
 */
final class SemanticAxes {
    private static final int ITERATIONS = 6;

    /** Directions whose squared length is below this part of the largest are rounding. */
    private static final double NOTHING = 1e-10;

    /** The rows of A, each of unit length or zero. */
    private final int[] starts;

    private final int[] words;
    private final float[] values;
    private final double[] ofWord;
    private final Runnable checkCancelled;

    private SemanticAxes(BowSource bags, int[] rows, float[] weights, Runnable checkCancelled) {
        this.checkCancelled = checkCancelled;
        starts = new int[rows.length + 1];
        for (int i = 0; i < rows.length; i++) {
            starts[i + 1] = Math.addExact(starts[i], bags.get(rows[i]).size());
        }
        words = new int[starts[rows.length]];
        values = new float[words.length];
        ofWord = new double[weights.length];
        for (int i = 0; i < rows.length; i++) {
            add(bags.get(rows[i]), starts[i], weights);
        }
    }

    private void add(Bow bag, int at, float[] weights) {
        double squares = 0;
        for (int e = 0; e < bag.size(); e++) {
            words[at + e] = bag.id(e);
            // the weight of a field can make a count less than one
            values[at + e] = (float) ((1 + Math.log(Math.max(1, bag.count(e)))) * weights[bag.id(e)]);
            squares += (double) values[at + e] * values[at + e];
        }
        float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
        for (int e = 0; e < bag.size(); e++) {
            values[at + e] *= scale;
        }
    }

    /**
     * Projects documents.
     *
     * @param bags the bags of words
     * @param rows the documents to take, by their numbers in {@code bags}
     * @param weights the inverse document frequency of each word; 0 for a word that does not count
     * @param dims the number of directions; fewer if the documents span fewer
     * @param random the source of the first subspace
     * @param checkCancelled a callback, called between the iterations, that throws to stop
     * @return the points, {@code [rows][directions]}, of unit length; zero for a document without words that count
     */
    static float[][] of(
            BowSource bags, int[] rows, float[] weights, int dims, SplittableRandom random, Runnable checkCancelled) {
        return new SemanticAxes(bags, rows, weights, checkCancelled).points(Math.min(dims, rows.length), random);
    }

    private float[][] points(int dims, SplittableRandom random) {
        int documents = starts.length - 1;
        double[][] basis = new double[dims][documents];
        for (double[] column : basis) {
            Arrays.setAll(column, i -> random.nextGaussian());
        }
        for (int i = 0; i < ITERATIONS; i++) {
            double[][] image = image(basis);
            basis = turned(image, products(image, image), -0.5); // orthonormal
        }
        // A ≈ QQᵀA, so the dot products of the rows of A are those of Q·(QᵀAAᵀQ)^½
        double[][] axes = turned(basis, products(basis, image(basis)), 0.5);
        float[][] points = new float[documents][axes.length];
        for (int i = 0; i < documents; i++) {
            double squares = 0;
            for (double[] axis : axes) {
                squares += axis[i] * axis[i];
            }
            for (int j = 0; j < axes.length && squares > 0; j++) {
                points[i][j] = (float) (axes[j][i] / Math.sqrt(squares));
            }
        }
        return points;
    }

    /** AAᵀ times each column. */
    private double[][] image(double[][] columns) {
        checkCancelled.run();
        double[][] image = new double[columns.length][starts.length - 1];
        for (int c = 0; c < columns.length; c++) {
            Arrays.fill(ofWord, 0);
            for (int i = 0; i < image[c].length; i++) {
                for (int e = starts[i]; e < starts[i + 1]; e++) {
                    ofWord[words[e]] += values[e] * columns[c][i];
                }
            }
            for (int i = 0; i < image[c].length; i++) {
                for (int e = starts[i]; e < starts[i + 1]; e++) {
                    image[c][i] += values[e] * ofWord[words[e]];
                }
            }
        }
        return image;
    }

    /**
     * Turns columns X to the eigenvectors of a symmetric matrix EΛEᵀ, the largest eigenvalue first, and scales them by
     * a power of its eigenvalues: XEΛᵖ. Leaves out the directions in which there is nothing.
     */
    private static double[][] turned(double[][] columns, double[][] matrix, double power) {
        if (columns.length == 0) {
            return columns;
        }
        // the singular values are the eigenvalues, of which none is negative; the eigenvalue decomposition itself does
        // not converge for all matrices of low rank
        SingularValueDecomposition decomposition =
                new SingularValueDecomposition(new Array2DRowRealMatrix(matrix, false));
        double[] values = decomposition.getSingularValues();
        RealMatrix vectors = decomposition.getU();
        int kept = (int) Arrays.stream(values)
                .filter(value -> value > Math.max(0, NOTHING * values[0]))
                .count();
        double[][] turned = new double[kept][columns[0].length];
        for (int j = 0; j < kept; j++) {
            double scale = Math.pow(values[j], power);
            for (int c = 0; c < columns.length; c++) {
                double factor = vectors.getEntry(c, j) * scale;
                for (int i = 0; i < turned[j].length; i++) {
                    turned[j][i] += factor * columns[c][i];
                }
            }
        }
        return turned;
    }

    /** The dot products of each column with each of the others, a symmetric matrix. */
    private static double[][] products(double[][] columns, double[][] others) {
        double[][] products = new double[columns.length][columns.length];
        for (int a = 0; a < columns.length; a++) {
            for (int b = a; b < columns.length; b++) {
                double sum = 0;
                for (int i = 0; i < columns[a].length; i++) {
                    sum += columns[a][i] * others[b][i];
                }
                products[a][b] = sum;
                products[b][a] = sum;
            }
        }
        return products;
    }
}
