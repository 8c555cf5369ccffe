/* SPDX-License-Identifier: Apache-2.0 */
/** Helpers that REST handlers share. */
package io.latentfacets.rest;
