/* SPDX-License-Identifier: Apache-2.0 */
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Assembles a real OpenSearch of a given version from a Maven repository and installs the plugin zip into it with
 * OpenSearch's own plugin CLI.
 *
 * <p>A stand-alone program, run from the project's directory as {@code java AssembleServer.java HOME VERSION ZIP
 * [PROFILE]} on the JDK that the server shall run on. {@code pom.xml} beside it says which artifacts a server of that
 * version has, with the given profile if there is one; a nested Maven fetches them. {@code integ-test/opensearch} has
 * the scripts, the configuration and the descriptors of the modules. System properties say how Maven is to be run:
 * {@code maven.home}, {@code maven.repository}, {@code maven.offline}; each may be absent.
 *
 * <p>The program leaves alone what it need not do again. {@code HOME/server.assembled} remembers what the server was
 * made from; when that changes, all of the server but its configuration, data and logs is made anew.
 * {@code HOME/plugin.installed} remembers the content of the zip.
 */
public final class AssembleServer {
    private static final String PLUGIN = "latent-facets";
    private static final Set<String> LIB = Set.of(
            "opensearch",
            "opensearch-plugin-classloader",
            "opensearch-launchers",
            "log4j-core",
            "spatial4j",
            "jts-core");
    private static final Set<String> AGENT = Set.of("opensearch-agent", "opensearch-agent-bootstrap");
    private static final String CLI = "opensearch-plugin-cli";
    private static final String SECURITY = "opensearch-security";
    private static final String SECURITY_JAR = "commons-collections4";
    private static final String ML = "opensearch-ml-plugin";
    /** With it ml-commons encrypts credentials; a published server has it from the security plugin. */
    private static final String ML_JAR = "bc-fips";

    /**
     * A line of Maven's tree: three characters of drawing a level, then the coordinates, in brackets if shown before.
     */
    private static final Pattern TREE_LINE = Pattern.compile("([|+\\\\ -]*)\\(?([^ ()]+:[^ ()]+).*");

    private static final Pattern FILE_LINE = Pattern.compile(" *([^ ]+?):(/[^ ]+|[A-Z]:[^ ]+)( .*)?");

    private final Path home;
    private final String version;
    private final Path zip;
    private final List<String> profiles;

    private AssembleServer(Path home, String version, Path zip, List<String> profiles) {
        this.home = home;
        this.version = version;
        this.zip = zip;
        this.profiles = profiles;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 3 && args.length != 4) {
            throw new IllegalArgumentException("usage: AssembleServer OPENSEARCH_HOME VERSION PLUGIN_ZIP [PROFILE]");
        }
        new AssembleServer(
                        Path.of(args[0]).toAbsolutePath(),
                        args[1],
                        Path.of(args[2]).toAbsolutePath(),
                        List.of(args).subList(3, args.length))
                .run();
    }

    private void run() throws IOException, InterruptedException {
        Path source = Path.of("integ-test/opensearch").toAbsolutePath();
        Path pom = Path.of("integ-test/assembly/pom.xml").toAbsolutePath();
        Path stamp = home.resolve("server.assembled");
        String wanted = version + " " + profiles + "\n" + Files.readString(pom) + contents(source);
        if (!Files.exists(stamp) || !Files.readString(stamp).equals(wanted)) {
            Files.deleteIfExists(stamp);
            assemble(pom, source);
            Files.writeString(stamp, wanted);
        }
        Files.writeString(home.resolve("jdk.home"), System.getProperty("java.home") + "\n");
        installOurs();
    }

    private void assemble(Path pom, Path source) throws IOException, InterruptedException {
        for (String part : List.of("agent", "bin", "lib", "modules", "plugins", "plugin.installed")) {
            delete(home.resolve(part));
        }
        Files.createDirectories(home.resolve("plugins"));
        Artifacts artifacts = fetch(pom);
        copy(source.resolve("bin"), home.resolve("bin"));
        copy(source.resolve("config"), home.resolve("config"));
        for (String script : List.of("opensearch", "opensearch-plugin")) {
            if (!home.resolve("bin").resolve(script).toFile().setExecutable(true, false)) {
                throw new IOException("cannot make bin/" + script + " executable");
            }
        }
        Set<String> lib = artifacts.closure(artifacts.roots(root -> LIB.contains(artifact(root))));
        place(artifacts, lib, home.resolve("lib"));
        placeAgent(artifacts);
        Set<String> cli =
                artifacts.closure(artifacts.roots(root -> artifact(root).equals(CLI)));
        cli.removeAll(lib);
        place(artifacts, cli, home.resolve("lib/tools/plugin-cli"));
        try (Stream<Path> modules = Files.list(source.resolve("modules"))) {
            for (Path module : modules.sorted().toList()) {
                placeModule(artifacts, lib, module);
            }
        }
        // the CLI needs the libraries and modules that are now in place
        for (String root : artifacts.roots(
                root -> root.startsWith("org.opensearch.plugin:") && type(root).equals("zip"))) {
            Path published = artifacts.file(root);
            Path installable = artifact(root).equals(SECURITY) ? withoutRules(published, artifacts) : published;
            pluginCli("install", "--batch", installable.toUri().toString());
            if (artifact(root).equals(ML)) {
                place(
                        artifacts,
                        artifacts.roots(jar -> artifact(jar).equals(ML_JAR)),
                        home.resolve("plugins/opensearch-ml"));
            }
        }
    }

    /**
     * The security plugin without the plugin {@code rule-framework}, which it extends and which is not published. Only
     * classes for workload groups need it, and they are loaded only in its presence; one jar that it would bring is
     * added.
     */
    private Path withoutRules(Path published, Artifacts artifacts) throws IOException {
        Path zip = Files.copy(
                published,
                home.resolve("assembly").resolve(published.getFileName()),
                StandardCopyOption.REPLACE_EXISTING);
        try (FileSystem plugin = FileSystems.newFileSystem(zip)) {
            Path descriptor = plugin.getPath("plugin-descriptor.properties");
            Files.writeString(
                    descriptor,
                    Files.readString(descriptor).replaceAll("(?m)^extended.plugins=.*$", "extended.plugins="));
            String jar =
                    artifacts.roots(root -> artifact(root).equals(SECURITY_JAR)).getFirst();
            Path file = artifacts.file(jar);
            Files.copy(file, plugin.getPath(file.getFileName().toString()));
        }
        return zip;
    }

    /**
     * Places the agent with the two jars that it needs. Its manifest names them by their published names, in the same
     * directory.
     */
    private void placeAgent(Artifacts artifacts) throws IOException {
        Set<String> agent = artifacts.closure(artifacts.roots(root -> AGENT.contains(artifact(root))));
        place(artifacts, agent, home.resolve("agent"));
        String jar = artifacts
                .roots(root -> artifact(root).equals("opensearch-agent"))
                .getFirst();
        Path placed = home.resolve("agent").resolve(artifacts.file(jar).getFileName());
        Files.move(placed, placed.resolveSibling("opensearch-agent.jar"));
    }

    /**
     * Places a module with its dependencies, except those in lib/; nothing if this version's server does not have the
     * module.
     */
    private void placeModule(Artifacts artifacts, Set<String> lib, Path source) throws IOException {
        String name = source.getFileName().toString();
        List<String> roots = artifacts.roots(root -> root.startsWith("org.opensearch.plugin:")
                && List.of(name, name + "-client").contains(artifact(root)));
        if (roots.isEmpty()) {
            return;
        }
        Path module = home.resolve("modules").resolve(name);
        Set<String> jars = artifacts.closure(roots);
        jars.removeAll(lib);
        place(artifacts, jars, module);
        copy(source, module);
        Path descriptor = module.resolve("plugin-descriptor.properties");
        Files.writeString(descriptor, Files.readString(descriptor).replace("${opensearch.version}", version));
    }

    private static void place(Artifacts artifacts, Collection<String> keys, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String key : keys) {
            Path file = artifacts.file(key);
            Files.copy(file, directory.resolve(file.getFileName()));
        }
    }

    private Artifacts fetch(Path pom) throws IOException, InterruptedException {
        Path listing = Files.createDirectories(home.resolve("assembly"));
        String maven = System.getProperty("maven.home");
        List<String> command = new ArrayList<>();
        command.add(maven == null ? "mvn" : Path.of(maven, "bin", "mvn").toString());
        command.addAll(List.of("-B", "-q", "-f", pom.toString(), "dependency:tree@tree", "dependency:list@files"));
        command.add("-Dopensearch.version=" + version);
        command.add("-Dserver.listing=" + listing);
        profiles.forEach(profile -> command.add("-P" + profile));
        if (Boolean.getBoolean("maven.offline")) {
            command.add("-o");
        }
        String repository = System.getProperty("maven.repository");
        if (repository != null) {
            command.add("-Dmaven.repo.local=" + repository);
        }
        run(command);
        return Artifacts.read(listing.resolve("tree.txt"), listing.resolve("files.txt"));
    }

    private void installOurs() throws IOException, InterruptedException {
        Path stamp = home.resolve("plugin.installed");
        String wanted = fingerprint();
        if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
            System.out.println(PLUGIN + " is installed and unchanged in OpenSearch " + version);
            return;
        }
        Files.deleteIfExists(stamp);
        // without the CLI: that of 3.6.0 can install into an older server, but not remove
        delete(home.resolve("plugins").resolve(PLUGIN));
        pluginCli("install", "--batch", zip.toUri().toString());
        Files.writeString(stamp, wanted);
    }

    /** The names, sizes and checksums of the zip's entries: this text changes exactly when the contents change. */
    private String fingerprint() throws IOException {
        StringBuilder lines = new StringBuilder();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                lines.append(
                        String.format(Locale.ROOT, "%s %d %08x%n", entry.getName(), entry.getSize(), entry.getCrc()));
            }
        }
        return lines.toString();
    }

    private void pluginCli(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve("opensearch-plugin").toString());
        command.addAll(List.of(arguments));
        run(command);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("OPENSEARCH_JAVA_HOME", System.getProperty("java.home"));
        int status = builder.start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with status " + status);
        }
    }

    /** All files under a directory, with their names, as one text. */
    private static String contents(Path root) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path file : paths.filter(Files::isRegularFile).sorted().toList()) {
                text.append("== ").append(root.relativize(file)).append('\n').append(Files.readString(file));
            }
        }
        return text.toString();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(path));
                }
            }
        }
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static String artifact(String key) {
        return key.split(":", -1)[1];
    }

    private static String type(String key) {
        return key.split(":", -1)[2];
    }

    /**
     * What Maven resolved. An artifact's key is {@code group:artifact:type[:classifier]}: there is one version of each.
     *
     * @param roots the artifacts that pom.xml names, in its order
     * @param children the direct dependencies of each artifact
     * @param files the file of each artifact in the local repository
     */
    private record Artifacts(List<String> roots, Map<String, Set<String>> children, Map<String, Path> files) {

        static Artifacts read(Path tree, Path list) throws IOException {
            Map<String, Set<String>> children = new HashMap<>();
            List<String> roots = new ArrayList<>();
            Deque<String> path = new ArrayDeque<>();
            List<String> lines = Files.readAllLines(tree);
            for (String line : lines.subList(1, lines.size())) {
                Matcher matcher = TREE_LINE.matcher(line);
                if (!matcher.matches()) {
                    throw new IOException(tree + ": cannot read [" + line + "]");
                }
                int depth = matcher.group(1).length() / 3;
                String key = key(matcher.group(2));
                while (path.size() >= depth) {
                    path.pop();
                }
                if (path.isEmpty()) {
                    roots.add(key);
                } else {
                    children.computeIfAbsent(path.peek(), parent -> new LinkedHashSet<>())
                            .add(key);
                }
                path.push(key);
            }
            Map<String, Path> files = new LinkedHashMap<>();
            for (String line : Files.readAllLines(list)) {
                Matcher matcher = FILE_LINE.matcher(line);
                if (matcher.matches()) {
                    files.put(key(matcher.group(1)), Path.of(matcher.group(2)));
                }
            }
            return new Artifacts(List.copyOf(roots), children, files);
        }

        List<String> roots(Predicate<String> wanted) {
            return roots.stream().filter(wanted).toList();
        }

        /** The artifacts and all their dependencies, except those for one platform only. */
        Set<String> closure(List<String> from) {
            Set<String> all = new LinkedHashSet<>();
            Deque<String> open = new ArrayDeque<>(from);
            while (!open.isEmpty()) {
                String key = open.pop();
                if (key.split(":", -1).length == 3 && all.add(key)) {
                    open.addAll(children.getOrDefault(key, Set.of()));
                }
            }
            return all;
        }

        Path file(String key) {
            Path file = files.get(key);
            if (file == null) {
                throw new IllegalStateException("Maven resolved no file of " + key);
            }
            return file;
        }

        /** From {@code group:artifact:type[:classifier]:version:scope}. */
        private static String key(String coordinates) {
            String[] parts = coordinates.split(":", -1);
            return Arrays.stream(parts, 0, parts.length - 2).collect(Collectors.joining(":"));
        }
    }
}
