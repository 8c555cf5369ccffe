/* SPDX-License-Identifier: Apache-2.0 */
/** What the REST handlers of all packages share. */
package io.latentfacets.rest;
