/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the operator of a node wants the engine to compute on. Immutable. */
public final class DeviceChoice {

    /** A GPU if PyTorch finds one that works, else the CPU. */
    public static final DeviceChoice AUTO = new DeviceChoice("auto", -1);

    /** The CPU, whatever else there is. */
    public static final DeviceChoice CPU = new DeviceChoice("cpu", -1);

    private static final Pattern GPU = Pattern.compile("gpu:(\\d{1,3})");

    private final String text;
    private final int gpu;

    private DeviceChoice(String text, int gpu) {
        this.text = text;
        this.gpu = gpu;
    }

    /**
     * Reads {@code auto}, {@code cpu} or {@code gpu:N}, where N is CUDA's number of the device.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static DeviceChoice parse(String text) {
        if (text.equals(AUTO.text)) {
            return AUTO;
        }
        if (text.equals(CPU.text)) {
            return CPU;
        }
        Matcher number = GPU.matcher(text);
        if (!number.matches()) {
            throw new IllegalArgumentException("[plugins.latent.engine.device] is [" + text
                    + "]; it must be [auto], [cpu] or [gpu:N] with the number N of a device from 0 to 999");
        }
        return new DeviceChoice(text, Integer.parseInt(number.group(1)));
    }

    boolean allowsGpu() {
        return this != CPU;
    }

    /** The number of the one GPU that is wanted; −1 if none or any. */
    int gpu() {
        return gpu;
    }

    @Override
    public String toString() {
        return text;
    }
}
