/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.util.List;

/**
 * Fits one logistic regression with an L2 penalty for each class, against all others, with LIBLINEAR's trust region
 * Newton method. It minimises ½‖w‖² + C Σ cᵢ ln(1 + exp(−yᵢ w·xᵢ)), where the bias is a weight like the others. The
 * method draws nothing at random, so equal examples give equal weights.
 *
 * <p>The weight cᵢ of a document with the label is {@code (others / with)^½}, that of others 1: a rare class counts
 * more, and not so much more that it is found everywhere.
 *
 * <p>Thread-safe: a fit has no state but its arguments.
 *
 * @see <a href="https://www.csie.ntu.edu.tw/~cjlin/papers/logistic.pdf">Lin, Weng, Keerthi, Trust region Newton method
 *     for large-scale logistic regression, 2008</a>
 */
public final class LogisticRegression {

    private static final double TOLERANCE = 0.01;
    /** No fit needs more steps; the bound only ends one that does not converge. */
    private static final int MAX_STEPS = 1000;

    static {
        // it would write each step to standard output
        Linear.disableDebugOutput();
    }

    private LogisticRegression() {}

    /**
     * Fits all classes. A class that no document has, or every one, gets zero weights and a bias that says so.
     *
     * @param strength C, the weight of the examples against the penalty; above 0
     * @param check called before every class; throws to stop
     * @return the weights with temperature 1
     */
    public static LinearClassifier fit(Examples examples, double strength, Runnable check) {
        Feature[][] nodes = nodes(examples.rows(), examples.columns());
        int classes = examples.classes();
        float[] weights = new float[Math.multiplyExact(classes, examples.columns())];
        float[] biases = new float[classes];
        for (int label = 0; label < classes; label++) {
            check.run();
            double[] fitted = binary(nodes, examples.columns(), examples.having(label), strength);
            for (int i = 0; i < examples.columns(); i++) {
                weights[i * classes + label] = (float) fitted[i];
            }
            biases[label] = (float) fitted[examples.columns()];
        }
        return new LinearClassifier(weights, biases, 1, examples.multiLabel());
    }

    /** LIBLINEAR's rows: features count from 1, and the last one is the bias. */
    private static Feature[][] nodes(List<FeatureRow> rows, int columns) {
        Feature[][] nodes = new Feature[rows.size()][];
        Feature bias = new FeatureNode(columns + 1, 1);
        for (int i = 0; i < nodes.length; i++) {
            FeatureRow row = rows.get(i);
            nodes[i] = new Feature[row.ids().length + 1];
            for (int j = 0; j < row.ids().length; j++) {
                nodes[i][j] = new FeatureNode(row.ids()[j] + 1, row.values()[j]);
            }
            nodes[i][row.ids().length] = bias;
        }
        return nodes;
    }

    /** The weights of one class and its bias, {@code [columns + 1]}. */
    private static double[] binary(Feature[][] nodes, int columns, boolean[] positive, double strength) {
        int with = 0;
        double[] sides = new double[positive.length];
        for (int i = 0; i < sides.length; i++) {
            with += positive[i] ? 1 : 0;
            sides[i] = positive[i] ? 1 : -1;
        }
        double[] weights = new double[columns + 1];
        if (with == 0 || with == sides.length) {
            // the log odds of one half more document on each side
            weights[columns] = Math.log((with + 0.5) / (sides.length - with + 0.5));
            return weights;
        }
        Problem problem = new Problem();
        problem.l = sides.length;
        problem.n = columns + 1;
        problem.x = nodes;
        problem.y = sides;
        problem.bias = 1;
        Parameter parameter = new Parameter(SolverType.L2R_LR, strength, TOLERANCE, MAX_STEPS, 0);
        parameter.setWeights(new double[] {Math.sqrt((double) (sides.length - with) / with)}, new int[] {1});
        Model model = Linear.train(problem, parameter);
        double sign = model.getLabels()[0] == 1 ? 1 : -1;
        double[] fitted = model.getFeatureWeights();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = sign * fitted[i];
        }
        return weights;
    }
}
