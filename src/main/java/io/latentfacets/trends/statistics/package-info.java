/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of counts over time, without OpenSearch: exact and quasi-binomial tests, Holm's correction, bursts. */
package io.latentfacets.trends.statistics;
