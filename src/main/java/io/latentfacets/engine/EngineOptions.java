/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import java.nio.file.Path;

/**
 * How the engine of a node starts. Immutable.
 *
 * @param cacheDir the directory into which native libraries are unpacked once; must be writable, as everything under
 *     {@code path.data} is
 * @param threads the number of libtorch threads within one operation; more than one is slower on a shared machine
 * @param device what to compute on
 * @param libraryPath the operator's own libtorch; {@code null} for the one that comes with the plugin
 */
public record EngineOptions(Path cacheDir, int threads, DeviceChoice device, Path libraryPath) {

    /** The options of a node with default settings but for the threads. */
    public static EngineOptions defaults(Path cacheDir, int threads) {
        return new EngineOptions(cacheDir, threads, DeviceChoice.AUTO, null);
    }
}
