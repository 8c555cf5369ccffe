/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.text.Bow;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that keep what took long, so that another run takes seconds. A file is complete or not there. */
final class KeptFile {
    private KeptFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    interface Writer {
        void writeTo(DataOutput out) throws IOException;
    }

    /** Reads the content of a file. */
    @FunctionalInterface
    interface Reader<T> {
        T readFrom(DataInputStream in) throws IOException;
    }

    static void write(Path file, Writer content) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(partial)))) {
            content.writeTo(out);
        }
        Files.move(partial, file);
    }

    static <T> T read(Path file, Reader<T> content) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            return content.readFrom(in);
        }
    }

    static void writeBow(DataOutput out, Bow bow) throws IOException {
        out.writeInt(bow.size());
        for (int i = 0; i < bow.size(); i++) {
            out.writeInt(bow.id(i));
            out.writeFloat(bow.count(i));
        }
    }

    static Bow readBow(DataInput in) throws IOException {
        int[] ids = new int[in.readInt()];
        float[] counts = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = in.readInt();
            counts[i] = in.readFloat();
        }
        return new Bow(ids, counts);
    }
}
