/* SPDX-License-Identifier: Apache-2.0 */
/** The endpoints that define, list, activate, export, import and delete models, and rename and hide clusters. */
package io.latentfacets.manage;
