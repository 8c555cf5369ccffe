/* SPDX-License-Identifier: Apache-2.0 */
/** The explorer: a web page for people, over the same public endpoints that everybody calls. */
package io.latentfacets.explorer;
