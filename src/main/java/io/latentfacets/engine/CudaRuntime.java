/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The few questions that PyTorch's interface does not answer: how many CUDA devices there are, and how much memory they
 * have. It asks the CUDA runtime that PyTorch itself has loaded, through the copy of JNA that OpenSearch has. DJL's own
 * helper looks for a runtime where the system has its libraries, and the one beside libtorch is not there. Thread-safe.
 */
final class CudaRuntime {

    /** Memory of a device, in bytes. */
    record Memory(long free, long total) {}

    /**
     * CUDA Runtime API, chapters “Device Management” and “Memory Management”; each call returns 0 on success and its
     * answers in the first places of the arrays.
     */
    interface Functions extends Library {
        int cudaGetDeviceCount(int[] count);

        int cudaGetDevice(int[] device);

        int cudaSetDevice(int device);

        int cudaMemGetInfo(long[] free, long[] total);
    }

    private final Functions functions;

    CudaRuntime(Functions functions) {
        this.functions = functions;
    }

    /**
     * The runtime beside libtorch, or where Python's packages have it; empty if there is none, or it cannot be asked.
     *
     * @param directory where libtorch is
     */
    static Optional<CudaRuntime> beside(Path directory) {
        Path wheels = directory.resolve("../../nvidia/cuda_runtime/lib").normalize();
        return in(directory).or(() -> in(wheels));
    }

    private static Optional<CudaRuntime> in(Path directory) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "libcudart*.so*")) {
            for (Path file : files) {
                return Optional.of(
                        new CudaRuntime(Native.load(file.toAbsolutePath().toString(), Functions.class)));
            }
            return Optional.empty();
        } catch (IOException
                | SecurityException
                | LinkageError e) { // no such library, no JNA, or one that does not fit
            return Optional.empty();
        }
    }

    /** Whether the system has NVIDIA's driver; without it no device can work. */
    static boolean hasDriver() {
        try {
            NativeLibrary.getInstance("libcuda.so.1");
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false;
        } catch (LinkageError e) { // JNA itself could not be loaded
            return Files.exists(Path.of("/proc/driver/nvidia/version"));
        }
    }

    /** The number of devices that work; 0 if the runtime does not find any. */
    int devices() {
        int[] count = new int[1];
        return functions.cudaGetDeviceCount(count) == 0 ? count[0] : 0;
    }

    /** The memory of a device; empty if the runtime does not say. Leaves the thread's own device as it was. */
    synchronized Optional<Memory> memory(int device) {
        int[] before = new int[1];
        if (functions.cudaGetDevice(before) != 0 || functions.cudaSetDevice(device) != 0) {
            return Optional.empty();
        }
        try {
            long[] free = new long[1];
            long[] total = new long[1];
            return functions.cudaMemGetInfo(free, total) == 0
                    ? Optional.of(new Memory(free[0], total[0]))
                    : Optional.empty();
        } finally {
            functions.cudaSetDevice(before[0]);
        }
    }
}
