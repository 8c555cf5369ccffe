/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The messages between nodes that run different versions of this plugin. The server's version does not tell versions of
 * the plugin apart. So every message carries a format number of its own ({@link io.latentfacets.wire.FrameOutput}), and
 * enums travel as fixed numbers ({@link io.latentfacets.wire.WireEnum}).
 */
package io.latentfacets.wire;
