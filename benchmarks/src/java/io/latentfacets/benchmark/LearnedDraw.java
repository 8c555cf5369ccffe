/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a training learned of a draw, so that divisions can be compared in seconds.
 *
 * @param bows the words and phrases of each document
 * @param words the number of words; terms with this number or a higher one are phrases
 * @param stored the latents as documents store them, int8 {@code [documents][dims]}; null for a document without one
 * @param truth the class of each document
 * @param classes the number of classes
 * @param lsa the clusters of LSA and k-means, −1 for none
 */
record LearnedDraw(String name, List<Bow> bows, int words, List<byte[]> stored, int[] truth, int classes, int[] lsa) {

    /** The latents as vectors of unit length; a row of zeros for a document without one. */
    float[][] latents() {
        int dims = stored.stream().filter(each -> each != null).findFirst().orElseThrow().length;
        return stored.stream()
                .map(each -> each == null ? new float[dims] : Latents.dequantize(each))
                .toArray(float[][]::new);
    }

    /**
     * The documents that have a latent.
     *
     * @param points their latents, {@code [documents][dims]}, unit length
     * @param words their words and phrases
     * @param truth the class of each
     * @param lsa their clusters of LSA and k-means, −1 for none
     */
    record Encoded(float[][] points, BowSource words, int[] truth, int[] lsa) {}

    Encoded encoded() {
        float[][] latents = latents();
        int[] rows = IntStream.range(0, latents.length)
                .filter(doc -> stored.get(doc) != null)
                .toArray();
        float[][] points = new float[rows.length][];
        Arrays.setAll(points, i -> latents[rows[i]]);
        return new Encoded(
                points,
                BowSource.of(Arrays.stream(rows).mapToObj(bows::get).toList()),
                Arrays.stream(rows).map(doc -> truth[doc]).toArray(),
                Arrays.stream(rows).map(doc -> lsa[doc]).toArray());
    }

    void writeTo(Path file) throws IOException {
        KeptFile.write(file, out -> {
            out.writeUTF(name);
            out.writeInt(words);
            out.writeInt(classes);
            out.writeInt(truth.length);
            for (int doc = 0; doc < truth.length; doc++) {
                out.writeInt(truth[doc]);
                out.writeInt(lsa[doc]);
                byte[] latent = stored.get(doc) == null ? new byte[0] : stored.get(doc);
                out.writeInt(latent.length);
                out.write(latent);
                KeptFile.writeBow(out, bows.get(doc));
            }
        });
    }

    static LearnedDraw readFrom(Path file) throws IOException {
        return KeptFile.read(file, in -> {
            String name = in.readUTF();
            int words = in.readInt();
            int classes = in.readInt();
            int[] truth = new int[in.readInt()];
            int[] lsa = new int[truth.length];
            List<byte[]> stored = new ArrayList<>();
            List<Bow> bows = new ArrayList<>();
            for (int doc = 0; doc < truth.length; doc++) {
                truth[doc] = in.readInt();
                lsa[doc] = in.readInt();
                byte[] latent = in.readNBytes(in.readInt());
                stored.add(latent.length == 0 ? null : latent);
                bows.add(KeptFile.readBow(in));
            }
            return new LearnedDraw(name, bows, words, stored, truth, classes, lsa);
        });
    }
}
