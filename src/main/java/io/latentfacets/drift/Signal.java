/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

/**
 * One measure of drift.
 *
 * @param value its value in the documents that came
 * @param learned the value to expect without drift, learned from the training sample
 * @param threshold the value beyond which chance is no explanation for this number of documents
 * @param alarm whether the value is beyond the threshold
 */
public record Signal(double value, double learned, double threshold, boolean alarm) {

    /** A measure that drift raises. */
    static Signal rising(double value, double learned, double threshold) {
        return new Signal(value, learned, threshold, value > threshold);
    }

    /** A measure that drift lowers. */
    static Signal falling(double value, double learned, double threshold) {
        return new Signal(value, learned, threshold, value < threshold);
    }
}
