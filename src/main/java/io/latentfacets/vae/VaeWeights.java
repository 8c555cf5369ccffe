/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.util.JsonUtils;
import com.google.gson.JsonSyntaxException;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * All that a trained autoencoder knows, apart from the words of its vocabulary. Immutable and thread-safe.
 *
 * <p>The archive describes itself: the text {@code LFVAE}, a version, the length of the rest and its CRC-32, then a
 * JSON header that gives the shape of every layer in order (encoder layers, mean, log variance, decoder), then the idf
 * of every entry, then weights (row by row) and biases of each layer, as little-endian 32-bit floats. The layer that
 * vectors go through, where there is one, stands last and makes it version 2; without it the archive is of version 1.
 */
public final class VaeWeights {
    private static final byte[] MAGIC = "LFVAE".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int VERSION_WITH_VECTORS = 2;
    private static final int MAX_BYTES = 1 << 30;

    private final float[] idf;
    private final List<Dense> layers;
    private final Dense mean;
    private final Dense logVariance;
    private final Dense decoder;
    private final Dense vectors;

    public VaeWeights(float[] idf, List<Dense> layers, Dense mean, Dense logVariance, Dense decoder) {
        this(idf, layers, mean, logVariance, decoder, null);
    }

    /** @param vectors what adds a unit vector to the first layer's output; {@code null} for a model of words alone */
    public VaeWeights(float[] idf, List<Dense> layers, Dense mean, Dense logVariance, Dense decoder, Dense vectors) {
        int width = idf.length;
        for (Dense layer : layers) {
            requireShape(layer, width, layer.out());
            width = layer.out();
        }
        requireShape(mean, width, mean.out());
        requireShape(logVariance, width, mean.out());
        requireShape(decoder, mean.out(), idf.length);
        if (vectors != null) {
            requireShape(vectors, vectors.in(), layers.get(0).out());
        }
        this.idf = idf;
        this.layers = List.copyOf(layers);
        this.mean = mean;
        this.logVariance = logVariance;
        this.decoder = decoder;
        this.vectors = vectors;
    }

    private static void requireShape(Dense layer, int in, int out) {
        if (layer.in() != in || layer.out() != out) {
            throw new IllegalArgumentException(
                    "expected a layer of " + in + " × " + out + ": " + layer.in() + " × " + layer.out());
        }
    }

    /**
     * An untrained network, drawn from {@code seed}: what a training starts from, and enough for tests of what
     * surrounds one.
     *
     * @param idf what each vocabulary entry weighs in the input: inverse document frequency, or 0 for what is only
     *     decoded
     * @param logUnigram log of every entry's share of the corpus, which the decoder starts from (the background)
     */
    public static VaeWeights initial(
            float[] idf, float[] logUnigram, List<Integer> hiddenDims, int latentDims, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Dense> layers = new ArrayList<>();
        int width = idf.length;
        for (int out : hiddenDims) {
            // a row of the first layer is one word's vector, whatever the number of words
            double scale = layers.isEmpty() ? 1 / Math.sqrt(out) : Math.sqrt(2.0 / width);
            layers.add(new Dense(width, out, gaussian(random, width * out, scale), new float[out]));
            width = out;
        }
        double scale = 1 / Math.sqrt(width);
        Dense mean = new Dense(width, latentDims, gaussian(random, width * latentDims, scale), new float[latentDims]);
        float[] bias = new float[latentDims];
        Arrays.fill(bias, Architecture.INITIAL_LOG_VARIANCE);
        Dense logVariance = new Dense(width, latentDims, gaussian(random, width * latentDims, 0.1 * scale), bias);
        Dense decoder =
                new Dense(latentDims, idf.length, gaussian(random, latentDims * idf.length, 0.02), logUnigram.clone());
        return new VaeWeights(idf.clone(), layers, mean, logVariance, decoder);
    }

    /**
     * The same network taking a vector beside the words, with a layer for it drawn from {@code seed}.
     *
     * @param dims length of the vectors
     */
    public VaeWeights withVectors(int dims, long seed) {
        return withVectors(Centering.none(dims), seed);
    }

    /** Likewise, for vectors that stand as the centering says. */
    public VaeWeights withVectors(Centering centering, long seed) {
        int width = layers.get(0).out();
        // a unit vector is then as long behind the layer as a document's words are behind theirs
        float[] drawn = gaussian(new SplittableRandom(seed), centering.dims() * width, 1 / Math.sqrt(width));
        Dense layer = centering.folded(new Dense(centering.dims(), width, drawn, new float[width]));
        return new VaeWeights(idf, layers, mean, logVariance, decoder, layer);
    }

    private static float[] gaussian(SplittableRandom random, int length, double scale) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
    }

    /** Number of vocabulary entries, V. */
    public int vocabularySize() {
        return idf.length;
    }

    /** Dimensions of a latent, d. */
    public int latentDims() {
        return mean.out();
    }

    /** Length of the vectors that the encoder takes beside words; 0 if it takes none. */
    public int vectorDims() {
        return vectors == null ? 0 : vectors.in();
    }

    /** Estimated heap this takes, in bytes. */
    public long ramBytes() {
        long floats = idf.length;
        for (Dense layer : allLayers()) {
            floats += layer.weights().length + layer.bias().length;
        }
        return 4 * floats;
    }

    public float[] idf() {
        return idf;
    }

    public List<Dense> layers() {
        return layers;
    }

    public Dense mean() {
        return mean;
    }

    public Dense logVariance() {
        return logVariance;
    }

    public Dense decoder() {
        return decoder;
    }

    /** Adds a unit vector to the first layer's output; {@code null} for a model of words alone. */
    public Dense vectors() {
        return vectors;
    }

    private List<Dense> allLayers() {
        List<Dense> all = new ArrayList<>(layers);
        all.add(mean);
        all.add(logVariance);
        all.add(decoder);
        if (vectors != null) {
            all.add(vectors);
        }
        return all;
    }

    /** Shapes of an archive's layers, as its header gives them; {@code vectors} is left out where there is none. */
    private record Header(
            int vocabularySize, List<int[]> encoder, int[] mean, int[] logVariance, int[] decoder, int[] vectors) {}

    /** Writes the archive. */
    public void writeTo(DataOutput out) throws IOException {
        Header header = new Header(
                idf.length,
                layers.stream().map(VaeWeights::shape).toList(),
                shape(mean),
                shape(logVariance),
                shape(decoder),
                vectors == null ? null : shape(vectors));
        byte[] json = JsonUtils.GSON.toJson(header).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeInt(json.length);
        body.write(json);
        writeFloats(body, idf);
        for (Dense layer : allLayers()) {
            writeFloats(body, layer.weights());
            writeFloats(body, layer.bias());
        }
        byte[] content = bytes.toByteArray();
        out.write(MAGIC);
        out.writeInt(vectors == null ? VERSION : VERSION_WITH_VECTORS);
        out.writeInt(content.length);
        out.writeInt(crc(content));
        out.write(content);
    }

    /**
     * Reads an archive.
     *
     * @throws IOException also if it is not one, is of another version, or is damaged; the message says which
     */
    public static VaeWeights readFrom(DataInput in) throws IOException {
        byte[] magic = new byte[MAGIC.length];
        in.readFully(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new IOException("not an archive of a variational autoencoder");
        }
        int version = in.readInt();
        if (version != VERSION && version != VERSION_WITH_VECTORS) {
            throw new IOException("version of the autoencoder's archive must be " + VERSION + " or "
                    + VERSION_WITH_VECTORS + ": " + version);
        }
        int length = in.readInt();
        if (length < 4 || length > MAX_BYTES) {
            throw new IOException("damaged archive of an autoencoder: " + length + " bytes");
        }
        int crc = in.readInt();
        byte[] content = new byte[length];
        in.readFully(content);
        if (crc(content) != crc) {
            throw new IOException("damaged archive of an autoencoder: checksum of its " + length + " bytes differs");
        }
        try {
            return parse(ByteBuffer.wrap(content));
        } catch (IllegalArgumentException | BufferUnderflowException | JsonSyntaxException e) {
            throw new IOException("damaged archive of an autoencoder: " + e.getMessage(), e);
        }
    }

    private static VaeWeights parse(ByteBuffer content) {
        byte[] json = new byte[content.getInt()];
        content.get(json);
        Header header = JsonUtils.GSON.fromJson(new String(json, StandardCharsets.UTF_8), Header.class);
        float[] idf = readFloats(content, header.vocabularySize());
        List<Dense> layers = new ArrayList<>();
        for (int[] shape : header.encoder()) {
            layers.add(readLayer(content, shape));
        }
        return new VaeWeights(
                idf,
                layers,
                readLayer(content, header.mean()),
                readLayer(content, header.logVariance()),
                readLayer(content, header.decoder()),
                header.vectors() == null ? null : readLayer(content, header.vectors()));
    }

    private static int[] shape(Dense layer) {
        return new int[] {layer.in(), layer.out()};
    }

    private static Dense readLayer(ByteBuffer content, int[] shape) {
        return new Dense(shape[0], shape[1], readFloats(content, shape[0] * shape[1]), readFloats(content, shape[1]));
    }

    private static void writeFloats(DataOutput out, float[] values) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        out.write(buffer.array());
    }

    private static float[] readFloats(ByteBuffer content, int count) {
        if (content.remaining() < 4L * count) {
            throw new IllegalArgumentException(count + " numbers expected, " + content.remaining() / 4 + " left");
        }
        float[] values = new float[count];
        content.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        content.position(content.position() + 4 * count);
        return values;
    }

    private static int crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return (int) crc.getValue();
    }
}
