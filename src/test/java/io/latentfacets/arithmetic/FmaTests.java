/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.Test;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;

/** A JVM without fused multiply-adds, as on a processor that lacks them. */
public final class FmaTests {
    private static final int ROWS = 64;
    private static final int WIDTH = 144;

    /** The detour through BigDecimal takes longer than this for the products of the tests. */
    private static final int MOST_SECONDS = 120;

    /** A product of 64 × 144 × 144, its exponentials, and a product of rows: one number each, and all of the first. */
    private static float[] results() {
        SplittableRandom random = new SplittableRandom(11);
        float[] a = new float[ROWS * WIDTH];
        float[] b = new float[WIDTH * WIDTH];
        for (int i = 0; i < a.length; i++) {
            a[i] = (float) random.nextGaussian();
        }
        for (int i = 0; i < b.length; i++) {
            b[i] = (float) random.nextGaussian();
        }
        Kernel kernel = Kernels.best();
        float[] product = new float[ROWS * WIDTH];
        kernel.multiply(a, 0, WIDTH, 1, b, 0, WIDTH, product, 0, WIDTH, ROWS, WIDTH, WIDTH);
        float[] results = Arrays.copyOf(product, product.length + 2);
        results[product.length] = kernel.dot(a, 0, b, 0, a.length);
        float[] exp = {results[product.length] / 100};
        kernel.exp(exp, 0, 1);
        results[product.length + 1] = exp[0];
        return results;
    }

    /** What the other JVM runs: prints whether it fuses, what failed of the tests of the kernels, and the results. */
    public static void main(String[] args) {
        Result result = JUnitCore.runClasses(KernelTests.class);
        System.out.println(Fma.FUSED);
        System.out.println(result.getFailures());
        System.out.println(Arrays.toString(results()));
    }

    @Test
    public void withoutTheInstructionResultsAreEqualWithinRoundingAndSoon() throws Exception {
        Path out = Path.of(
                System.getProperty("java.io.tmpdir"),
                "fma-" + ProcessHandle.current().pid());
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UseFMA",
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FmaTests.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertThat("ended in time", child.waitFor(MOST_SECONDS, TimeUnit.SECONDS), equalTo(true));
            List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
            assertThat(lines.toString(), child.exitValue(), equalTo(0));
            assertThat(lines.get(0), equalTo("false"));
            assertThat(lines.get(1), equalTo("[]"));
            String[] others =
                    lines.get(2).substring(1, lines.get(2).length() - 1).split(", ", -1);
            float[] ours = results();
            assertThat(others.length, equalTo(ours.length));
            for (int i = 0; i < ours.length; i++) {
                assertThat(Double.parseDouble(others[i]), closeTo(ours[i], 1e-4 * Math.max(1, Math.abs(ours[i]))));
            }
            if (Fma.FUSED) {
                assertThat("a rounding more changes last bits", lines.get(2), not(equalTo(Arrays.toString(ours))));
            }
        } finally {
            child.destroyForcibly().waitFor();
            Files.deleteIfExists(out);
        }
    }
}
