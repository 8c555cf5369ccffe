/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;

/** Finds the device that a started engine computes on. */
final class Devices {

    /** CUDA's own context, PyTorch's kernels and a small training; a device with less free memory is of no use. */
    static final long LEAST_FREE_BYTES = 1L << 30;

    private final Engine engine;
    private final boolean cuda;
    private final Optional<CudaRuntime> runtime;

    /**
     * @param device what to compute on; it has computed something already
     * @param notice why it is not what the operator wants; {@code null} if it is
     */
    record Found(Device device, String notice) {}

    /**
     * @param cuda whether PyTorch was built for CUDA
     * @param runtime tells of devices and their memory; empty if it cannot be asked
     */
    Devices(Engine engine, boolean cuda, Optional<CudaRuntime> runtime) {
        this.engine = engine;
        this.cuda = cuda;
        this.runtime = runtime;
    }

    /** The device to compute on: a GPU where one is wanted and works, else the CPU, which always works. */
    Found find(DeviceChoice choice) {
        String notice = null;
        if (choice.allowsGpu() && cuda) {
            StringBuilder reasons = new StringBuilder();
            int first = Math.max(choice.gpu(), 0);
            int devices = runtime.map(CudaRuntime::devices).orElse(1);
            int end = choice.gpu() >= 0 ? first + 1 : devices;
            for (int i = first; i < end; i++) {
                Device gpu = Device.gpu(i);
                String reason = i < devices || runtime.isEmpty()
                        ? unfit(gpu)
                        : "there is no such device, CUDA finds [" + devices + "]";
                if (reason == null) {
                    return new Found(gpu, null);
                }
                reasons.append(reasons.isEmpty() ? "" : "; ")
                        .append(name(gpu))
                        .append(": ")
                        .append(reason);
            }
            notice = "[plugins.latent.engine.device] is [" + choice + "], but no GPU can be used ("
                    + (reasons.isEmpty() ? "CUDA finds no device" : reasons) + "), so the CPU computes";
        } else if (choice.gpu() >= 0) {
            notice = "[plugins.latent.engine.device] is [" + choice + "], but PyTorch here knows only the CPU; "
                    + "[plugins.latent.engine.library_path] can name one that is built for CUDA";
        }
        tryOut(Device.cpu());
        return new Found(Device.cpu(), notice);
    }

    /** Why a GPU cannot be used; {@code null} if it can. */
    private String unfit(Device gpu) {
        Optional<CudaRuntime.Memory> memory = runtime.flatMap(each -> each.memory(gpu.getDeviceId()));
        if (memory.isPresent() && memory.get().free() < LEAST_FREE_BYTES) {
            return (memory.get().free() >> 20) + " MiB of " + (memory.get().total() >> 20) + " MiB are free, "
                    + (LEAST_FREE_BYTES >> 20) + " are needed";
        }
        try {
            tryOut(gpu);
            return null;
        } catch (EngineException | IllegalStateException e) { // no device, no driver, or too old a driver
            return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
        }
    }

    private void tryOut(Device device) {
        try (NDManager manager = engine.newBaseManager(device);
                NDArray ones = manager.ones(new Shape(2, 2));
                NDArray product = ones.matMul(ones);
                NDArray sum = product.sum()) {
            if (sum.getFloat() != 8) {
                throw new IllegalStateException("the sum of four twos is " + sum.getFloat() + " on " + device);
            }
        }
    }

    static String name(Device device) {
        return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
    }
}
