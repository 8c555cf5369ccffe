/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

/**
 * The features of a document that are not zero. It does not copy its arrays; nobody may change them.
 *
 * @param ids the numbers of the features, ascending
 * @param values the values, parallel to {@code ids}
 */
public record FeatureRow(int[] ids, float[] values) {
    /** @throws IllegalArgumentException if the arrays differ in length */
    public FeatureRow {
        if (ids.length != values.length) {
            throw new IllegalArgumentException("[" + ids.length + "] ids, [" + values.length + "] values");
        }
    }

    /** The row of a vector whose components are the features 0, 1, 2, … */
    public static FeatureRow dense(float[] vector) {
        int[] ids = new int[vector.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i;
        }
        return new FeatureRow(ids, vector);
    }
}
