/* SPDX-License-Identifier: Apache-2.0 */
/** The endpoints of models: thin REST handlers, and the transport actions they call. */
package io.latentfacets.manage;
