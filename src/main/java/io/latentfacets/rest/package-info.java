/* SPDX-License-Identifier: Apache-2.0 */
/** What REST handlers share. */
package io.latentfacets.rest;
