/* SPDX-License-Identifier: Apache-2.0 */
/** Function words and the language of a text. */
package io.latentfacets.text.language;
