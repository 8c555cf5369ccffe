/* SPDX-License-Identifier: Apache-2.0 */
/** Endpoints of models and clusters: define, list, delete, activate, export, import, rename. */
package io.latentfacets.manage;
