/* SPDX-License-Identifier: Apache-2.0 */
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Gives our copy of PyTorch names of its own, so that it can live in one process with another plugin's.
 *
 * <p>The dynamic linker identifies a library by its SONAME: a second {@code libtorch_cpu.so} would be bound to symbols of the first, of
 * another version or in another state, and the node would end with SIGSEGV as soon as ml-commons deploys a local model. So every SONAME,
 * every NEEDED and every version reference to our libraries starts with {@code lf_} where it started with {@code lib} – no longer than
 * before, so that the strings can be changed where they stand. Symbols of binding GNU_UNIQUE are bound process-wide whatever the names are; they
 * become WEAK. Nothing else is touched, and file names stay, since DJL looks for them.
 *
 * <p>The bridge between Java and PyTorch (libdjl_torch.so) is written twice: changed, for the libraries that come with the plugin, and as it
 * is, under the flavor with the suffix {@code -stock}, for an operator's own libraries, which have the usual names. NVIDIA's libraries keep
 * their names: they have no state of PyTorch's, and load each other by file name.
 *
 * <p>A stand-alone program: {@code java PrivateNatives.java DIRECTORY JAR…} writes each jar under its own name into the directory, the
 * libraries for linux-x86_64 changed, those for other systems left out. A jar that is there and newer is left alone.
 */
public final class PrivateNatives {
    private static final Set<String> FILES =
            Set.of("libc10.so", "libtorch.so", "libtorch_cpu.so", "libdjl_torch.so", "libgomp-98b21ff3.so.1", "libc10_cuda.so",
                    "libtorch_cuda.so", "libtorch_cuda_linalg.so");

    /** Old names and new ones, which must not be longer. The file of libgomp is found by its file name, not by its SONAME. */
    private static final Map<String, String> NAMES = Map.of(
            "libc10_cuda.so", "lf_c10_cuda.so",
            "libtorch_cuda.so", "lf_torch_cuda.so",
            "libtorch_cuda_linalg.so", "lf_torch_cuda_linalg.so",
            "libc10.so", "lf_c10.so",
            "libtorch.so", "lf_torch.so",
            "libtorch_cpu.so", "lf_torch_cpu.so",
            "libdjl_torch.so", "lf_djl_torch.so",
            "libgomp-98b21ff3.so.1", "lf_gomp.so.1",
            "libgomp.so.1", "lf_gomp.so.1");

    private static final int SECTION_DYNAMIC = 6;
    private static final int SECTION_DYNSYM = 11;
    private static final int SECTION_VERSIONS_NEEDED = 0x6ffffffe;
    private static final int TAG_NEEDED = 1;
    private static final int TAG_SONAME = 14;
    private static final int BINDING_WEAK = 2;
    private static final int BINDING_UNIQUE = 10;

    private final ByteBuffer elf;
    private int renamed;
    private int weakened;

    private PrivateNatives(ByteBuffer elf) {
        this.elf = elf.order(ByteOrder.LITTLE_ENDIAN);
    }

    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        boolean cuda = Arrays.stream(args).anyMatch(jar -> jar.contains("pytorch-native-cu"));
        deleteAllBut(directory, Arrays.asList(args).subList(1, args.length));
        for (String each : Arrays.asList(args).subList(1, args.length)) {
            Path jar = Path.of(each);
            Path target = directory.resolve(jar.getFileName());
            Path program = Path.of(System.getProperty("private.natives.source", "src/assembly/PrivateNatives.java"));
            if (isNewer(target, jar) && (!Files.exists(program) || isNewer(target, program))) {
                continue;
            }
            Path unfinished = Files.createTempFile(directory, "natives", ".tmp");
            try {
                rewrite(jar, unfinished, cuda);
                Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        }
    }

    /** Deletes the jars of other versions: the zip would include them, and a node could load their classes. */
    private static void deleteAllBut(Path directory, List<String> jars) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path file : files) {
                if (jars.stream().noneMatch(jar -> Path.of(jar).getFileName().equals(file.getFileName()))) {
                    Files.delete(file);
                }
            }
        }
    }

    private static boolean isNewer(Path target, Path source) throws IOException {
        return Files.exists(target) && Files.getLastModifiedTime(target).compareTo(Files.getLastModifiedTime(source)) > 0;
    }

    /** @param cuda whether the libraries that come with the plugin are those for CUDA */
    private static void rewrite(Path jar, Path target, boolean cuda) throws IOException {
        Path library = Files.createTempFile(target.getParent(), "library", ".so");
        try (ZipFile in = new ZipFile(jar.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (ZipEntry entry : in.stream().toList()) {
                String name = entry.getName();
                boolean bridge = name.startsWith("jnilib/") && name.indexOf('/', 7) > 0;
                boolean useless = bridge && (!name.contains("/linux-x86_64/") || name.contains("-precxx11/"));
                if (entry.isDirectory() || useless) {
                    continue;
                }
                if (bridge) {
                    int end = name.lastIndexOf('/');
                    begin(name.substring(0, end) + "-stock" + name.substring(end), out);
                    try (InputStream bytes = in.getInputStream(entry)) {
                        bytes.transferTo(out);
                    }
                    out.closeEntry();
                    if (name.contains("/cu") != cuda) {
                        continue; // no such libraries come with the plugin
                    }
                }
                begin(name, out);
                try (InputStream bytes = in.getInputStream(entry)) {
                    if (FILES.contains(name.substring(name.lastIndexOf('/') + 1))) {
                        Files.copy(bytes, library, StandardCopyOption.REPLACE_EXISTING);
                        copyChanged(name, library, out);
                    } else {
                        bytes.transferTo(out);
                    }
                }
                out.closeEntry();
            }
        } finally {
            Files.deleteIfExists(library);
        }
    }

    private static void begin(String name, ZipOutputStream out) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0)); // so every build makes the same jar
        out.putNextEntry(entry);
    }

    private static void copyChanged(String name, Path library, OutputStream out) throws IOException {
        try (FileChannel file = FileChannel.open(library, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            PrivateNatives elf = new PrivateNatives(file.map(FileChannel.MapMode.READ_WRITE, 0, file.size()));
            elf.change();
            System.out.println(name + ": " + elf.renamed + " names, " + elf.weakened + " unique symbols");
            Channels.newInputStream(file.position(0)).transferTo(out);
        }
    }

    /** A section header of the 64-bit little-endian format (System V ABI, chapter 4). */
    private record Section(int type, int offset, int size, int link) {}

    private void change() throws IOException {
        if (elf.getInt(0) != 0x464c457f || elf.get(4) != 2 || elf.get(5) != 1) {
            throw new IOException("not a 64-bit little-endian ELF file");
        }
        int headers = Math.toIntExact(elf.getLong(40));
        int headerSize = elf.getShort(58);
        int count = elf.getShort(60) & 0xffff;
        Section[] sections = new Section[count];
        for (int i = 0; i < count; i++) {
            int at = headers + i * headerSize;
            sections[i] = new Section(
                    elf.getInt(at + 4),
                    (int) elf.getLong(at + 24),
                    (int) elf.getLong(at + 32),
                    elf.getInt(at + 40));
        }
        for (Section section : sections) {
            switch (section.type) {
                case SECTION_DYNAMIC -> changeDynamic(section, sections[section.link].offset);
                case SECTION_VERSIONS_NEEDED -> changeVersions(section, sections[section.link].offset);
                case SECTION_DYNSYM -> weaken(section);
                default -> {}
            }
        }
        if (renamed == 0) {
            throw new IOException("no name to change");
        }
    }

    private void changeDynamic(Section dynamic, int strings) throws IOException {
        for (int at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
            long tag = elf.getLong(at);
            if (tag == TAG_NEEDED || tag == TAG_SONAME) {
                rename(strings + (int) elf.getLong(at + 8));
            }
        }
    }

    private void changeVersions(Section versions, int strings) throws IOException {
        int at = versions.offset;
        int next;
        do {
            rename(strings + elf.getInt(at + 4));
            next = elf.getInt(at + 12);
            at += next;
        } while (next != 0);
    }

    private void weaken(Section symbols) {
        for (int at = symbols.offset; at < symbols.offset + symbols.size; at += 24) {
            int info = elf.get(at + 4) & 0xff;
            if (info >> 4 == BINDING_UNIQUE) {
                elf.put(at + 4, (byte) (BINDING_WEAK << 4 | info & 0xf));
                weakened++;
            }
        }
    }

    private void rename(int at) throws IOException {
        StringBuilder name = new StringBuilder();
        for (int i = at; elf.get(i) != 0; i++) {
            name.append((char) elf.get(i));
        }
        String ours = NAMES.get(name.toString());
        if (ours == null) {
            return; // the system's, or changed already: several references may share one string
        }
        if (elf.get(at - 1) != 0) {
            throw new IOException("[" + name + "] is the end of another string");
        }
        elf.put(at, ours.getBytes(StandardCharsets.US_ASCII)).put(at + ours.length(), (byte) 0);
        renamed++;
    }
}
