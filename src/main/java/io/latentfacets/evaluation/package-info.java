/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How well a generation divides documents, measured on any of them, against labels that they carry or without. Reads
 * documents as the caller does, writes nothing.
 */
package io.latentfacets.evaluation;
