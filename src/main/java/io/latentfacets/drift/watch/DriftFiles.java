/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.cluster.StreamTally;
import io.latentfacets.drift.DriftWindow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The files with the statistics of this node, one per model: magic {@code LFDR}, the stamp, the window, the tally of
 * the stream if there is one, and the CRC-32C of all before. A damaged file counts as none. Not thread-safe.
 */
final class DriftFiles {

    private static final Logger logger = LogManager.getLogger(DriftFiles.class);

    private static final int MAGIC = 0x4c464452; // "LFDR"
    private static final String SUFFIX = ".drift";
    private static final long LARGEST = 1L << 26;

    /**
     * A file that was read: whose statistics it has.
     *
     * @param window the window as {@link DriftWindow#writeTo} wrote it
     * @param tally the tally as {@link StreamTally#writeTo} wrote it; empty for none
     */
    record Saved(Stamp stamp, byte[] window, byte[] tally) {}

    private final Path directory;

    /** @param directory a directory that no other node uses; created with the first file */
    DriftFiles(Path directory) {
        this.directory = directory;
    }

    /** Reads all files, by model. Does not throw. */
    Map<String, Saved> read() {
        Map<String, Saved> saved = new HashMap<>();
        if (!Files.isDirectory(directory)) {
            return saved;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    Saved one = read(file);
                    saved.put(one.stamp().model(), one);
                } catch (IOException | RuntimeException e) {
                    logger.warn("the statistics of drift in [{}] are lost and begin anew: {}", file, e.getMessage());
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            logger.warn("the statistics of drift in [{}] are lost and begin anew: {}", directory, e.getMessage());
        }
        return saved;
    }

    private static Saved read(Path file) throws IOException {
        long size = Files.size(file);
        if (size < 2 * Integer.BYTES || size > LARGEST) {
            throw new IOException("it has [" + size + "] bytes");
        }
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length - Integer.BYTES;
        if (ByteBuffer.wrap(bytes, end, Integer.BYTES).getInt() != checksum(bytes, end)) {
            throw new IOException("its checksum is wrong");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end));
        if (in.readInt() != MAGIC) {
            throw new IOException("it is no such file");
        }
        Stamp stamp = Stamp.read(in);
        byte[] rest = in.readAllBytes();
        ByteArrayInputStream parts = new ByteArrayInputStream(rest);
        DriftWindow.readSketch(new DataInputStream(parts));
        int window = rest.length - parts.available();
        if (parts.available() > 0) {
            StreamTally.readFrom(new DataInputStream(parts));
        }
        return new Saved(stamp, Arrays.copyOf(rest, window), Arrays.copyOfRange(rest, window, rest.length));
    }

    /**
     * Replaces the file of a model at once: a crash leaves the old file or the new one.
     *
     * @param tally null for none
     */
    void write(Stamp stamp, DriftWindow window, StreamTally tally) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        stamp.write(out);
        window.writeTo(out);
        if (tally != null) {
            tally.writeTo(out);
        }
        out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
        Files.createDirectories(directory);
        Path file = file(stamp.model());
        Path draft = directory.resolve(file.getFileName() + ".tmp");
        Files.write(draft, bytes.toByteArray());
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void remove(String model) throws IOException {
        Files.deleteIfExists(file(model));
    }

    private Path file(String model) {
        return directory.resolve(model + SUFFIX);
    }

    private static int checksum(byte[] bytes, int end) {
        CRC32C crc = new CRC32C();
        crc.update(Arrays.copyOf(bytes, end));
        return (int) crc.getValue();
    }
}
