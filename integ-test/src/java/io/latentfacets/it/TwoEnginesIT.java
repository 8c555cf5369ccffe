/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.Test;

/**
 * The PyTorch in our zip and a stock one, such as ml-commons brings, both compute in one process, in either order. Two
 * stock ones would end the process with SIGSEGV.
 */
public final class TwoEnginesIT {
    private static final Path TARGET = Path.of(System.getProperty("latent.project.dir", "."), "target");

    @Test
    public void oursAfterAStockOne() throws IOException, InterruptedException {
        compute(stock(), ours());
    }

    @Test
    public void oursBeforeAStockOne() throws IOException, InterruptedException {
        compute(ours(), stock());
    }

    private static void compute(List<String> first, List<String> second) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath(),
                EngineProbe.class.getName()));
        command.addAll(first);
        command.addAll(second);
        Process process = new ProcessBuilder(command)
                .directory(TARGET.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output, process.waitFor(), equalTo(0));
        assertThat(output, containsString("again"));
        // the same numbers four times, bit for bit
        List<String> results = output.lines()
                .filter(line -> line.startsWith("copy ") || line.startsWith("again "))
                .map(line -> line.substring(line.indexOf('[')))
                .toList();
        assertThat(output, results, hasSize(4));
        assertThat(output, results.stream().distinct().toList(), hasSize(1));
    }

    private static List<String> stock() {
        return List.of(TARGET.resolve("engine-cache").toAbsolutePath().toString(), classPath());
    }

    private static List<String> ours() {
        String natives = Arrays.stream(classPath().split(File.pathSeparator, -1))
                .map(path -> {
                    Path ours = TARGET.resolve("natives").resolve(Path.of(path).getFileName());
                    return ours.toFile().exists() ? ours.toAbsolutePath().toString() : path;
                })
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(natives, containsString("natives"));
        return List.of(TARGET.resolve("engine-cache-private").toAbsolutePath().toString(), natives);
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
