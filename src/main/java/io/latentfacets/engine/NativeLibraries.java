/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Which libtorch DJL loads, told to DJL by system properties. There are three: the CPU's, which comes with the plugin
 * and which DJL finds and unpacks itself; the one for CUDA in a plugin that was built with it, which DJL would refuse
 * on a machine without a device or with an older driver, so it is unpacked here; and the operator's own.
 *
 * <p>The plugin has the bridge between Java and libtorch (JNI) twice: for the bundled libraries, which have names of
 * their own so that another plugin's PyTorch can live beside them, and, with the suffix {@link #STOCK}, for libraries
 * with the names that PyTorch gives them.
 */
final class NativeLibraries {

    /** The suffix of the bridges for libraries with PyTorch's own names; see {@code PrivateNatives}. */
    static final String STOCK = "-stock";

    private static final List<String> OVERRULING =
            List.of("PYTORCH_LIBRARY_PATH", "PYTORCH_VERSION", "PYTORCH_FLAVOR", "PYTORCH_PRECXX11");

    private static final String TORCH = "libtorch.so";
    private static final String CUDA_TORCH = "libtorch_cuda.so";

    /** The one library that the dynamic linker cannot load without NVIDIA's driver. */
    private static final String NEEDS_DRIVER = "libcaffe2_nvrtc.so";

    private final ClassLoader resources;
    private final String classifier;
    private final BooleanSupplier hasDriver;
    private final Map<String, String> environment;

    /**
     * @param directory where the libraries are; {@code null} if DJL unpacks the bundled ones
     * @param cuda whether they can use a GPU
     * @param properties what DJL must be told
     * @param notice why the operator's libraries are not used; {@code null} if they are, or there are none
     */
    record Choice(Path directory, boolean cuda, Map<String, String> properties, String notice) {}

    /**
     * @param resources finds what is in the plugin's jars
     * @param classifier the system as DJL names it, such as {@code linux-x86_64}
     * @param hasDriver whether the system has NVIDIA's driver
     * @param environment the variables of the process; DJL reads some before any property
     */
    NativeLibraries(
            ClassLoader resources, String classifier, BooleanSupplier hasDriver, Map<String, String> environment) {
        this.resources = resources;
        this.classifier = classifier;
        this.hasDriver = hasDriver;
        this.environment = environment;
    }

    /** The libraries in this plugin's jars, for this machine. */
    static NativeLibraries ofPlugin() {
        String architecture = System.getProperty("os.arch");
        return new NativeLibraries(
                NativeLibraries.class.getClassLoader(),
                "linux-" + (architecture.equals("amd64") ? "x86_64" : architecture),
                CudaRuntime::hasDriver,
                System.getenv());
    }

    /** Chooses, and unpacks if need be. Operator's libraries that do not fit are not chosen; the notice says why. */
    Choice choose(EngineOptions options) throws IOException {
        String notice = null;
        Optional<String> variable =
                OVERRULING.stream().filter(environment::containsKey).findFirst();
        if (variable.isPresent()) {
            return overruled(variable.get(), options.libraryPath());
        }
        if (options.libraryPath() != null) {
            try {
                return own(options.libraryPath());
            } catch (UnfitException e) {
                notice = "[plugins.latent.engine.library_path] is [" + options.libraryPath() + "], " + e.getMessage();
            }
        }
        Properties bundled = properties("native/lib/pytorch.properties");
        String flavor = bundled.getProperty("flavor", "cpu");
        if (!flavor.startsWith("cu")) {
            return new Choice(null, false, Map.of(), notice);
        }
        Path directory = unpack(options.cacheDir(), bundled);
        return new Choice(directory, true, told(directory, flavor, bundled.getProperty("version")), notice);
    }

    /** What DJL takes whatever it is told: the variables that other plugins' guides may have made somebody set. */
    private Choice overruled(String variable, Path libraryPath) {
        String path = environment.get("PYTORCH_LIBRARY_PATH");
        Path directory = path == null ? null : Path.of(path.split(File.pathSeparator, -1)[0]);
        boolean cuda = directory != null && Files.exists(directory.resolve(CUDA_TORCH));
        String overruled = libraryPath == null
                ? "the plugin's own choice of libraries"
                : "[plugins.latent.engine.library_path] [" + libraryPath + "]";
        return new Choice(
                directory, cuda, Map.of(), "the environment variable [" + variable + "] overrules " + overruled);
    }

    private static Map<String, String> told(Path directory, String flavor, String version) {
        Map<String, String> properties = new TreeMap<>();
        properties.put("PYTORCH_LIBRARY_PATH", directory.toString());
        properties.put("PYTORCH_FLAVOR", flavor);
        properties.put("PYTORCH_VERSION", version);
        return properties;
    }

    /** Why the operator's libraries cannot be used, as the end of a sentence. */
    private static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1;

        UnfitException(String message) {
            super(message);
        }
    }

    private Choice own(Path path) throws UnfitException {
        Path directory = libraries(path);
        String needed = bridgeVersion();
        Optional<String> version = version(directory);
        if (version.isEmpty()) {
            throw new UnfitException(
                    "where neither [build-version] nor [version.py] says which PyTorch it is; if it is [" + needed
                            + "], write that into a file [build-version] there");
        }
        if (!withoutBuild(version.get()).equals(needed)) {
            throw new UnfitException(
                    "where PyTorch has version [" + version.get() + "]; this plugin needs [" + needed + "]");
        }
        boolean cuda = Files.exists(directory.resolve(CUDA_TORCH));
        if (cuda && !hasDriver.getAsBoolean()) {
            throw new UnfitException("but this machine has no NVIDIA driver (libcuda.so.1)");
        }
        String flavor = cuda ? cudaFlavor() : "cpu" + STOCK;
        return new Choice(directory, cuda, told(directory, flavor, needed), null);
    }

    /** The directory itself or its {@code lib}, as in PyTorch's archives. */
    private static Path libraries(Path path) throws UnfitException {
        for (Path directory : new Path[] {path, path.resolve("lib")}) {
            if (Files.isRegularFile(directory.resolve(TORCH))) {
                return directory;
            }
        }
        if (!Files.isDirectory(path)) {
            throw new UnfitException("which is no directory that this node can read");
        }
        throw new UnfitException("where there is no [" + TORCH + "] and no [lib/" + TORCH + "]");
    }

    /** PyTorch's version as its archive ({@code build-version}) or its Python package ({@code version.py}) says it. */
    private static Optional<String> version(Path directory) throws UnfitException {
        Path parent = directory.getParent();
        for (Path each : new Path[] {directory, parent}) {
            if (each == null) {
                continue;
            }
            Optional<String> archive = firstMatch(each.resolve("build-version"), "(\\d\\S*)");
            if (archive.isPresent()) {
                return archive;
            }
            Optional<String> python =
                    firstMatch(each.resolve("version.py"), ".*__version__\\s*=\\s*['\"](\\S+)['\"].*");
            if (python.isPresent()) {
                return python;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> firstMatch(Path file, String pattern) throws UnfitException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Files.readAllLines(file).stream()
                    .map(String::trim)
                    .filter(line -> line.matches(pattern))
                    .map(line -> line.replaceFirst(pattern, "$1"))
                    .findFirst();
        } catch (IOException e) {
            throw new UnfitException("where [" + file.getFileName() + "] cannot be read: " + e.getMessage());
        } catch (SecurityException e) { // OpenSearch's agent
            throw new UnfitException("where this node may not read [" + file.getFileName()
                    + "], because it lies outside of its directories; the configuration directory is one of them");
        }
    }

    /** {@code 2.7.1+cu128} is 2.7.1. */
    private static String withoutBuild(String version) {
        return version.replaceFirst("[+-].*", "");
    }

    /** The version of PyTorch that the bridges are for. */
    private String bridgeVersion() throws UnfitException {
        try {
            return withoutBuild(properties("jnilib/pytorch.properties").getProperty("jni_version"));
        } catch (IOException e) {
            throw new UnfitException("but the plugin's own libraries cannot be read: " + e.getMessage());
        }
    }

    private String cudaFlavor() throws UnfitException {
        for (String flavor : new String[] {"cu128", "cu124"}) {
            if (resources.getResource("jnilib/" + classifier + "/" + flavor + STOCK + "/libdjl_torch.so") != null) {
                return flavor + STOCK;
            }
        }
        throw new UnfitException("but the plugin has no bridge to PyTorch with CUDA for [" + classifier + "]");
    }

    private Properties properties(String name) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = resources.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("[" + name + "] is not among the plugin's files");
            }
            properties.load(in);
        }
        return properties;
    }

    /** Unpacks the bundled libraries for CUDA where they are not yet; takes gigabytes and a minute the first time. */
    private Path unpack(Path cacheDir, Properties bundled) throws IOException {
        String flavor = bundled.getProperty("flavor");
        String name = bundled.getProperty("version") + '-' + flavor + '-' + bundled.getProperty("classifier");
        Path pytorch = Files.createDirectories(cacheDir.resolve("pytorch"));
        Path directory = pytorch.resolve(name + "-libraries");
        if (!Files.exists(directory)) {
            deleteUnfinished(pytorch);
            Path unfinished = Files.createTempDirectory(pytorch, "unpacked");
            for (String library : bundled.getProperty("libraries").split(",", -1)) {
                String resource = "pytorch/" + flavor + '/' + bundled.getProperty("classifier") + '/' + library;
                try (InputStream in = resources.getResourceAsStream(resource)) {
                    if (in == null) {
                        throw new IOException("[" + resource + "] is not among the plugin's files");
                    }
                    Files.copy(in, unfinished.resolve(library));
                }
            }
            Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
        }
        hide(directory, !hasDriver.getAsBoolean());
        return directory;
    }

    /** What a node that died while it unpacked has left: gigabytes. */
    private static void deleteUnfinished(Path pytorch) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(pytorch, "unpacked*")) {
            for (Path each : left) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(each)) {
                    for (Path file : files) {
                        Files.delete(file);
                    }
                }
                Files.delete(each);
            }
        }
    }

    /** DJL loads every library that it sees; one cannot be loaded without the driver, and is of no use then. */
    private static void hide(Path directory, boolean hidden) throws IOException {
        Path seen = directory.resolve(NEEDS_DRIVER);
        Path unseen = directory.resolve(NEEDS_DRIVER + ".unused");
        Path from = hidden ? seen : unseen;
        if (Files.exists(from)) {
            Files.move(from, hidden ? unseen : seen, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
