/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.Test;

/** The questions to CUDA, answered by a runtime with two devices, or by one without a driver. */
public final class CudaRuntimeTests {

    private static final int NO_DRIVER = 35;

    /** Two devices; the thread's own is the first. */
    private static class Two implements CudaRuntime.Functions {
        int current;

        @Override
        public int cudaGetDeviceCount(int[] count) {
            count[0] = 2;
            return 0;
        }

        @Override
        public int cudaGetDevice(int[] device) {
            device[0] = current;
            return 0;
        }

        @Override
        public int cudaSetDevice(int device) {
            if (device > 1) {
                return 101; // cudaErrorInvalidDevice
            }
            current = device;
            return 0;
        }

        @Override
        public int cudaMemGetInfo(long[] free, long[] total) {
            free[0] = 100L + current;
            total[0] = 1000;
            return 0;
        }
    }

    @Test
    public void tellsTheMemoryOfEachDeviceAndLeavesTheThreadsOwn() {
        Two two = new Two();
        CudaRuntime runtime = new CudaRuntime(two);
        assertThat(runtime.devices(), equalTo(2));
        assertThat(runtime.memory(1), equalTo(Optional.of(new CudaRuntime.Memory(101, 1000))));
        assertThat(two.current, equalTo(0));
        assertThat(runtime.memory(2), equalTo(Optional.empty()));
        assertThat(two.current, equalTo(0));
    }

    @Test
    public void withoutADriverThereIsNoDevice() {
        CudaRuntime runtime = new CudaRuntime(new Two() {
            @Override
            public int cudaGetDeviceCount(int[] count) {
                return NO_DRIVER;
            }

            @Override
            public int cudaGetDevice(int[] device) {
                return NO_DRIVER;
            }
        });
        assertThat(runtime.devices(), equalTo(0));
        assertThat(runtime.memory(0), equalTo(Optional.empty()));
    }

    @Test
    public void aDirectoryWithoutARuntimeHasNone() {
        assertThat(CudaRuntime.beside(Path.of("nowhere")), equalTo(Optional.empty()));
    }
}
