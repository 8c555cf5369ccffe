/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.engine.DeviceChoice;
import io.latentfacets.engine.EngineOptions;
import java.nio.file.Path;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;

/** The settings of a node that say how its engine starts. All are static: PyTorch is loaded once for a process. */
public final class EngineSettings {

    /**
     * The number of threads that libtorch uses within one operation. Training with another number changes the last bits
     * of a model.
     */
    public static final Setting<Integer> THREADS =
            Setting.intSetting("plugins.latent.engine.threads", 1, 1, 64, Setting.Property.NodeScope);

    /** {@code auto}, {@code cpu} or {@code gpu:N}. */
    public static final Setting<DeviceChoice> DEVICE =
            new Setting<>("plugins.latent.engine.device", "auto", DeviceChoice::parse, Setting.Property.NodeScope);

    /** A directory with the operator's libtorch, absolute or within the configuration directory; none if empty. */
    public static final Setting<String> LIBRARY_PATH =
            Setting.simpleString("plugins.latent.engine.library_path", Setting.Property.NodeScope);

    /**
     * Reads a node's settings.
     *
     * @param cacheDir the directory for unpacked libraries
     * @param configuration the node's configuration directory, which relative paths start from
     */
    public static EngineOptions read(Settings settings, Path cacheDir, Path configuration) {
        String library = LIBRARY_PATH.get(settings);
        return new EngineOptions(
                cacheDir,
                THREADS.get(settings),
                DEVICE.get(settings),
                library.isEmpty() ? null : configuration.resolve(library).normalize());
    }

    private EngineSettings() {}
}
