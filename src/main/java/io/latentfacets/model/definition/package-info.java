/* SPDX-License-Identifier: Apache-2.0 */
/** The definition of a model: options, presets, names. */
package io.latentfacets.model.definition;
