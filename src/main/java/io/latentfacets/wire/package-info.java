/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What nodes with different versions of this plugin say to each other. The server's version does not tell versions of
 * the plugin apart, so every message carries a format number of its own ({@link io.latentfacets.wire.FrameOutput}), and
 * enums travel by fixed numbers ({@link io.latentfacets.wire.WireEnum}).
 */
package io.latentfacets.wire;
