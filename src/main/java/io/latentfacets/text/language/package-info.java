/* SPDX-License-Identifier: Apache-2.0 */
/** Function words, the language of a text, and words of Chinese, Japanese and Korean. */
package io.latentfacets.text.language;
