/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertThrows;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Which libraries are chosen, and what an operator reads who named others. The files here are empty: none is loaded.
 */
public final class NativeLibrariesTests {

    private static final String BRIDGES = "jnilib/linux-x86_64/";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Map<String, String> environment = Map.of();
    private Path jar;
    private Path own;

    @Before
    public void makeDirectories() throws IOException {
        jar = folder.newFolder("jar").toPath();
        own = folder.newFolder("own").toPath();
        write(jar.resolve("jnilib/pytorch.properties"), "jni_version=2.7.1-0.35.1");
        write(jar.resolve(BRIDGES + "cpu-stock/libdjl_torch.so"), "");
        write(jar.resolve(BRIDGES + "cu128-stock/libdjl_torch.so"), "");
        bundle("cpu", "2.7.1-20250812", "libc10.so,libtorch.so");
    }

    private void bundle(String flavor, String version, String libraries) throws IOException {
        write(
                jar.resolve("native/lib/pytorch.properties"),
                "version=" + version + "\nflavor=" + flavor + "\nclassifier=linux-x86_64\nlibraries=" + libraries);
        for (String library : libraries.split(",", -1)) {
            write(jar.resolve("pytorch/" + flavor + "/linux-x86_64/" + library), library);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private NativeLibraries.Choice choose(Path libraryPath, boolean driver) throws IOException {
        try (URLClassLoader resources =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            return new NativeLibraries(resources, "linux-x86_64", () -> driver, environment)
                    .choose(new EngineOptions(cache(), 1, DeviceChoice.AUTO, libraryPath));
        }
    }

    private Path cache() {
        return folder.getRoot().toPath().resolve("cache");
    }

    private void refused(String... reasons) throws IOException {
        for (boolean driver : new boolean[] {false, true}) {
            NativeLibraries.Choice choice = choose(own, driver);
            assertThat("the plugin's own", choice.properties(), equalTo(Map.of()));
            assertThat(choice.cuda(), equalTo(false));
            assertThat(choice.notice(), containsString("[plugins.latent.engine.library_path] is [" + own + "]"));
            for (String reason : reasons) {
                assertThat(choice.notice(), containsString(reason));
            }
        }
    }

    @Test
    public void withoutAPathDjlUnpacksThePluginsOwn() throws IOException {
        NativeLibraries.Choice choice = choose(null, true);
        assertThat(choice.directory(), nullValue());
        assertThat(choice.properties(), equalTo(Map.of()));
        assertThat(choice.notice(), nullValue());
    }

    @Test
    public void aPathThatDoesNotFitIsSaidToBeSo() throws IOException {
        refused("where there is no [libtorch.so] and no [lib/libtorch.so]");
        write(own.resolve("lib/libtorch.so"), "");
        refused("neither [build-version] nor [version.py] says which PyTorch it is", "write that into a file");
        write(own.resolve("build-version"), "2.5.1+cu124\n");
        refused("where PyTorch has version [2.5.1+cu124]; this plugin needs [2.7.1]");
        Files.delete(own.resolve("build-version"));
        write(own.resolve("version.py"), "from typing import Optional\n__version__ = '2.10.0+cu128'\ndebug = False\n");
        refused("version [2.10.0+cu128]", "needs [2.7.1]");
        own = own.resolve("nowhere");
        refused("which is no directory that this node can read");
    }

    @Test
    public void anOwnLibraryForTheCpu() throws IOException {
        write(own.resolve("lib/libtorch.so"), "");
        write(own.resolve("build-version"), "2.7.1+cpu\n");
        NativeLibraries.Choice choice = choose(own, false);
        assertThat(choice.notice(), nullValue());
        assertThat(choice.cuda(), equalTo(false));
        assertThat(
                choice.properties(),
                equalTo(Map.of(
                        "PYTORCH_LIBRARY_PATH",
                        own.resolve("lib").toString(),
                        "PYTORCH_FLAVOR",
                        "cpu-stock",
                        "PYTORCH_VERSION",
                        "2.7.1")));
    }

    @Test
    public void anOwnLibraryForCudaNeedsADriverAndABridge() throws IOException {
        write(own.resolve("libtorch.so"), "");
        write(own.resolve("build-version"), "2.7.1");
        write(own.resolve("libtorch_cuda.so"), "");
        NativeLibraries.Choice without = choose(own, false);
        assertThat(without.cuda(), equalTo(false));
        assertThat(without.notice(), containsString("this machine has no NVIDIA driver (libcuda.so.1)"));
        NativeLibraries.Choice with = choose(own, true);
        assertThat(with.notice(), nullValue());
        assertThat(with.cuda(), equalTo(true));
        assertThat(with.directory(), equalTo(own));
        assertThat(with.properties().get("PYTORCH_FLAVOR"), equalTo("cu128-stock"));
        Files.delete(jar.resolve(BRIDGES + "cu128-stock/libdjl_torch.so"));
        assertThat(choose(own, true).notice(), containsString("no bridge to PyTorch with CUDA for [linux-x86_64]"));
    }

    /** DJL reads these variables before any property, so nothing that is checked here would be what it loads. */
    @Test
    public void anEnvironmentThatOverrulesIsSaidTo() throws IOException {
        environment = Map.of("PYTORCH_VERSION", "1.13.1");
        assertThat(
                choose(own, true).notice(),
                equalTo("the environment variable [PYTORCH_VERSION] overrules"
                        + " [plugins.latent.engine.library_path] [" + own + "]"));
        write(own.resolve("libtorch_cuda.so"), "");
        environment = Map.of("PYTORCH_LIBRARY_PATH", own.toString(), "PYTORCH_FLAVOR", "cu128");
        NativeLibraries.Choice choice = choose(null, true);
        assertThat("as that directory is", choice.cuda(), equalTo(true));
        assertThat(choice.directory(), equalTo(own));
        assertThat(choice.properties(), equalTo(Map.of()));
        assertThat(
                choice.notice(),
                equalTo(
                        "the environment variable [PYTORCH_LIBRARY_PATH] overrules the plugin's own choice of libraries"));
    }

    @Test
    public void aZipWithCudaUnpacksOnceAndHidesWhatNeedsTheDriver() throws IOException {
        bundle("cu124", "2.5.1-20241113", "libc10.so,libtorch.so,libtorch_cuda.so,libcaffe2_nvrtc.so");
        Path left = Files.createDirectories(cache().resolve("pytorch/unpacked1")); // of a node that died meanwhile
        write(left.resolve("libc10.so"), "half");
        NativeLibraries.Choice choice = choose(null, false);
        assertThat(choice.cuda(), equalTo(true));
        assertThat(choice.notice(), nullValue());
        assertThat(
                choice.properties(),
                equalTo(Map.of(
                        "PYTORCH_LIBRARY_PATH",
                        choice.directory().toString(),
                        "PYTORCH_FLAVOR",
                        "cu124",
                        "PYTORCH_VERSION",
                        "2.5.1-20241113")));
        List<String> all = List.of("libc10.so", "libcaffe2_nvrtc.so", "libtorch.so", "libtorch_cuda.so");
        List<String> hidden = List.of("libc10.so", "libcaffe2_nvrtc.so.unused", "libtorch.so", "libtorch_cuda.so");
        assertThat(names(choice.directory()), equalTo(hidden));
        assertThat(names(cache().resolve("pytorch")), equalTo(List.of("2.5.1-20241113-cu124-linux-x86_64-libraries")));
        write(choice.directory().resolve("libc10.so"), "kept");
        assertThat(names(choose(null, true).directory()), equalTo(all));
        assertThat(names(choose(null, true).directory()), equalTo(all));
        assertThat(names(choose(null, false).directory()), equalTo(hidden));
        assertThat(Files.readString(choice.directory().resolve("libc10.so")), equalTo("kept"));
    }

    @Test
    public void aZipThatLacksALibraryLeavesNothingThatLooksWhole() throws IOException {
        bundle("cu124", "2.5.1", "libc10.so,libtorch.so");
        Files.delete(jar.resolve("pytorch/cu124/linux-x86_64/libtorch.so"));
        IOException e = assertThrows(IOException.class, () -> choose(null, false));
        assertThat(
                e.getMessage(), allOf(containsString("libtorch.so"), containsString("not among the plugin's files")));
        assertThrows(IOException.class, () -> choose(null, false));
        assertThat(
                names(cache().resolve("pytorch")).stream()
                        .filter(name -> name.endsWith("libraries"))
                        .toList(),
                equalTo(List.of()));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
