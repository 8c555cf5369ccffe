/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.Matchers.equalTo;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.BeforeClass;
import org.opensearch.test.OpenSearchTestCase;

public class DirectBufferTests extends OpenSearchTestCase {

    @BeforeClass
    public static void startEngine() {
        Engines.started();
    }

    public void testMemoryIsReused() {
        DirectBuffer buffer = new DirectBuffer();
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            float[] values = {1, 2, 3, 4};
            try (NDManager step = manager.newSubManager()) {
                assertThat(buffer.floats(step, values, new Shape(2, 2)).toFloatArray(), equalTo(values));
            }
            long held = buffer.bytes();
            try (NDArray next = buffer.longs(manager, new long[] {7, 8, 9}, new Shape(2))) {
                assertThat(next.toLongArray(), equalTo(new long[] {7, 8}));
            }
            assertThat(buffer.bytes(), equalTo(held));
        }
    }

    public void testAnArrayBeforeMustBeClosed() {
        DirectBuffer buffer = new DirectBuffer();
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            NDArray before = buffer.floats(manager, new float[] {1}, new Shape(1));
            expectThrows(AssertionError.class, () -> buffer.longs(manager, new long[] {2}, new Shape(1)));
            assertThat(before.toFloatArray(), equalTo(new float[] {1}));
        }
    }

    public void testMemoryThatIsTooSmallStaysValidForItsArray() {
        DirectBuffer buffer = new DirectBuffer();
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            NDArray small = buffer.floats(manager, new float[] {1}, new Shape(1));
            small.close();
            float[] many = new float[1000];
            many[999] = 5;
            assertThat(buffer.floats(manager, many, new Shape(1000)).getFloat(999), equalTo(5f));
        }
    }
}
