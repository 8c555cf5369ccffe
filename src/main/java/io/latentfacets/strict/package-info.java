/* SPDX-License-Identifier: Apache-2.0 */
/** Reading JSON strictly: every failure names the key, the value and the bound. */
package io.latentfacets.strict;
