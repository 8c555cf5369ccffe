/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Logistic regression on latents and words: fitting, the strength of the penalty, calibration, measures. Imports
 * nothing of OpenSearch.
 */
package io.latentfacets.classify.regression;
