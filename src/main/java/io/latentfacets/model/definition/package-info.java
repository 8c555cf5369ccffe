/* SPDX-License-Identifier: Apache-2.0 */
/** What a user asks of a model: definition, options, presets, names. */
package io.latentfacets.model.definition;
