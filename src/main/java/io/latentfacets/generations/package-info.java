/* SPDX-License-Identifier: Apache-2.0 */
/** Shows and deletes single generations, by hand or because newer ones have taken their place. */
package io.latentfacets.generations;
