/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.instanceOf;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.SplittableRandom;
import org.junit.Test;

/** Vectors and plain loops must agree bit for bit, and with arithmetic in double precision. */
public final class KernelTests {
    private final Kernel plain = new PlainKernel();
    private final Kernel vectors = new VectorKernel();
    private final SplittableRandom random = new SplittableRandom(5);

    private float[] floats(int length) {
        float[] floats = new float[length];
        for (int i = 0; i < length; i++) {
            floats[i] = (float) random.nextGaussian();
        }
        return floats;
    }

    /** What HotSpot says of itself with C2, with C1 alone, and without a compiler. */
    @Test
    public void vectorsAreForJvmsThatCompileThem() {
        assertTrue(Kernels.compilesVectors(true, "mixed mode, sharing", false));
        assertFalse(Kernels.compilesVectors(true, "mixed mode, sharing", true));
        assertFalse(VmOptions.isSet("NoSuchOption"));
        assertFalse(Kernels.compilesVectors(false, "mixed mode, sharing", false));
        assertFalse(Kernels.compilesVectors(true, "mixed mode, emulated-client, sharing", false));
        assertFalse(Kernels.compilesVectors(true, "interpreted mode, sharing", false));
        assertFalse(Kernels.compilesVectors(true, "", false));
    }

    @Test
    public void testsRunWithVectors() {
        assertThat(Kernels.best(), instanceOf(VectorKernel.class));
    }

    /** Heights and widths that fill tiles, and such that do not; either matrix transposed or within a larger one. */
    @Test
    public void productsAgree() {
        for (int m : new int[] {1, 4, 7, 64}) {
            for (int n : new int[] {16, 32, 48, 64, 80, 144}) {
                for (int k : new int[] {1, 5, 64}) {
                    float[] a = floats(3 + m * k);
                    float[] b = floats(1 + k * (n + 2));
                    float[] c = floats(2 + m * (n + 1));
                    for (boolean transposed : new boolean[] {false, true}) {
                        int row = transposed ? 1 : k;
                        int step = transposed ? m : 1;
                        float[] expected = c.clone();
                        plain.multiply(a, 3, row, step, b, 1, n + 2, expected, 2, n + 1, m, n, k);
                        float[] found = c.clone();
                        vectors.multiply(a, 3, row, step, b, 1, n + 2, found, 2, n + 1, m, n, k);
                        assertArrayEquals(m + " × " + n + " × " + k, expected, found, 0);
                        double sum = c[2 + (m - 1) * (n + 1) + n - 1];
                        for (int p = 0; p < k; p++) {
                            sum += (double) a[3 + (m - 1) * row + p * step] * b[1 + p * (n + 2) + n - 1];
                        }
                        assertThat((double) found[2 + (m - 1) * (n + 1) + n - 1], closeTo(sum, 1e-4));
                    }
                }
            }
        }
    }

    @Test
    public void exponentialsAgree() {
        int rows = 7;
        int columns = 48;
        float[] x = floats(3 + rows * columns);
        for (int i = 0; i < x.length; i++) {
            x[i] *= 30;
        }
        float[][] found = new float[2][];
        float[][] max = new float[2][columns + 5];
        float[][] sum = new float[2][columns + 5];
        for (int i = 0; i < 2; i++) {
            found[i] = x.clone();
            (i == 0 ? plain : vectors).exponentials(found[i], 3, rows, columns, max[i], sum[i], 5);
        }
        assertArrayEquals(found[0], found[1], 0);
        assertArrayEquals(max[0], max[1], 0);
        assertArrayEquals(sum[0], sum[1], 0);
        for (int column = 0; column < columns; column++) {
            double total = 0;
            for (int row = 0; row < rows; row++) {
                int at = 3 + row * columns + column;
                double expected = Math.exp(Math.max(Exp.LEAST, x[at] - max[1][5 + column]));
                assertThat((double) found[1][at], closeTo(expected, 1e-6 * expected));
                total += expected;
            }
            assertThat((double) sum[1][5 + column], closeTo(total, 1e-5 * total));
        }
    }

    @Test
    public void expIsRightToAUnitOrTwo() {
        float[] x = new float[20_001];
        for (int i = 0; i < x.length; i++) {
            x[i] = -87 + i * 175f / x.length;
        }
        float[] found = x.clone();
        vectors.exp(found, 0, found.length);
        float[] expected = x.clone();
        plain.exp(expected, 0, expected.length);
        assertArrayEquals(expected, found, 0);
        for (int i = 0; i < x.length; i++) {
            assertThat((double) found[i], closeTo(Math.exp(x[i]), 2.5e-7 * Math.exp(x[i])));
        }
        float[] far = {-1000, Float.NEGATIVE_INFINITY, -87.1f};
        plain.exp(far, 0, far.length);
        assertArrayEquals(new float[] {Exp.of(-87), Exp.of(-87), Exp.of(-87)}, far, 0);
    }

    @Test
    public void columnsAndRowsAgree() {
        float[] x = floats(5 * 32);
        float[] factors = floats(33);
        float[] expected = x.clone();
        float[] found = x.clone();
        plain.scaleColumns(expected, 0, 5, 32, factors, 1);
        vectors.scaleColumns(found, 0, 5, 32, factors, 1);
        assertArrayEquals(expected, found, 0);
        assertThat(found[33], equalTo(x[33] * factors[2]));

        float[] sums = new float[6];
        float[] others = new float[6];
        plain.sumRows(x, 0, 5, 32, sums, 1);
        vectors.sumRows(x, 0, 5, 32, others, 1);
        assertArrayEquals(sums, others, 0);
        double sum = 0;
        for (int j = 32; j < 64; j++) {
            sum += x[j];
        }
        assertThat((double) others[2], closeTo(sum, 1e-5));
    }

    @Test
    public void combinationsAndProductsOfRowsAgree() {
        for (int width : new int[] {1, 15, 64, 128, 150}) {
            float[] x = floats(6 * width);
            int[] rows = {5, 0, 3, 3};
            float[] values = floats(4);
            float[] expected = floats(width + 2);
            float[] found = expected.clone();
            plain.combine(rows, values, 1, 4, x, width, expected, 2);
            vectors.combine(rows, values, 1, 4, x, width, found, 2);
            assertArrayEquals("width " + width, expected, found, 0);
            assertThat(vectors.dot(x, width, x, 2 * width, width), equalTo(plain.dot(x, width, x, 2 * width, width)));
        }
    }
}
