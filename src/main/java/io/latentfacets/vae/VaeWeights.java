/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.util.JsonUtils;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * The weights of an autoencoder and the idf of its vocabulary, without the words. Immutable and thread-safe; holds its
 * arrays without copying them, so nobody may write to them.
 *
 * <p>The archive describes itself. It starts with the text {@code LFVAE}, a version, the length of the content and its
 * CRC-32. The content is: the length of a JSON header; the header, which gives the shape of every layer in order
 * (encoder layers, mean, log variance, decoder); the idf of every entry; weights (row-major) and biases of each layer.
 * Integers are 32-bit big-endian, floats 32-bit little-endian. A model with vectors appends their layer as the last one
 * and has version 2; without it the version is 1.
 */
public final class VaeWeights {
    private static final byte[] MAGIC = "LFVAE".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int VERSION_WITH_VECTORS = 2;
    /** The largest archive of a network, in bytes. */
    public static final int MAX_BYTES = 1 << 30;

    private static final int FIRST_STRETCH = 1 << 16;

    private final float[] idf;
    private final List<Dense> layers;
    private final Dense mean;
    private final Dense logVariance;
    private final Dense decoder;
    private final Dense vectors;

    public VaeWeights(float[] idf, List<Dense> layers, Dense mean, Dense logVariance, Dense decoder) {
        this(idf, layers, mean, logVariance, decoder, null);
    }

    /**
     * @param idf the input weight of each vocabulary entry, {@code [V]}
     * @param layers the encoder's layers, the first with V inputs
     * @param mean the layer of the posterior mean, with d outputs
     * @param logVariance the layer of the log variance, with d outputs
     * @param decoder the decoder, {@code [d][V]}
     * @param vectors the layer whose output for a unit vector adds to the first layer's output; {@code null} for a
     *     model of words alone
     * @throws IllegalArgumentException if the shapes do not fit together
     */
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
     * Returns an untrained network, drawn from {@code seed}. Trainings start from it; tests that need no trained
     * network use it too.
     *
     * @param idf the input weight of each vocabulary entry, {@code [V]}: its inverse document frequency, or 0 for an
     *     entry that the model only decodes
     * @param logUnigram the log of each entry's share of the corpus, {@code [V]}: the decoder's initial bias (the
     *     background)
     * @param hiddenDims the widths of the encoder's layers
     * @param latentDims the number of dimensions of a latent
     * @param seed the seed of the weights
     */
    public static VaeWeights initial(
            float[] idf, float[] logUnigram, List<Integer> hiddenDims, int latentDims, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Dense> layers = new ArrayList<>();
        int width = idf.length;
        for (int out : hiddenDims) {
            // a row of the first layer is one word's vector; its scale must not depend on the vocabulary size
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
     * Returns the same network with a layer for vectors, drawn from {@code seed}.
     *
     * @param dims the length of the vectors
     * @param seed the seed of the layer's weights
     */
    public VaeWeights withVectors(int dims, long seed) {
        return withVectors(Centering.none(dims), seed);
    }

    /**
     * Returns the same network with a layer for vectors, drawn from {@code seed} for centred vectors. The centering is
     * folded into the layer, which therefore takes unit vectors.
     *
     * @param centering the centering of the vectors
     * @param seed the seed of the layer's weights
     */
    public VaeWeights withVectors(Centering centering, long seed) {
        int width = layers.get(0).out();
        // the scale makes a document's vector about as long behind its layer as its words are behind theirs
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

    /** Returns the number of vocabulary entries, V. */
    public int vocabularySize() {
        return idf.length;
    }

    /** Returns the number of dimensions of a latent, d. */
    public int latentDims() {
        return mean.out();
    }

    /** Returns the length of the vectors that the encoder takes beside words; 0 if it takes none. */
    public int vectorDims() {
        return vectors == null ? 0 : vectors.in();
    }

    /** Returns the estimated heap of these weights, in bytes. */
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

    /**
     * Returns the layer whose output for a unit vector adds to the first layer's output; {@code null} for a model of
     * words alone.
     */
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

    /**
     * The shapes of an archive's layers, {@code [in, out]} each; {@code vectors} is {@code null} for a model of words
     * alone.
     */
    private record Header(
            int vocabularySize, List<int[]> encoder, int[] mean, int[] logVariance, int[] decoder, int[] vectors) {}

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
     * @throws IOException if reading fails, or the input is no archive, has an unknown version, or is damaged; the
     *     message says which
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
        byte[] content = read(in, length);
        if (crc(content) != crc) {
            throw new IOException("damaged archive of an autoencoder: checksum of its " + length + " bytes differs");
        }
        try {
            return parse(ByteBuffer.wrap(content));
        } catch (RuntimeException e) { // the sender makes the checksum too, so anything can be in there
            throw new IOException("damaged archive of an autoencoder: " + e.getMessage(), e);
        }
    }

    /** Reads bytes in stretches, because a claimed length is no reason to allocate it. */
    private static byte[] read(DataInput in, int length) throws IOException {
        byte[] bytes = new byte[Math.min(length, FIRST_STRETCH)];
        in.readFully(bytes);
        while (bytes.length < length) {
            int read = bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * read));
            in.readFully(bytes, read, bytes.length - read);
        }
        return bytes;
    }

    private static VaeWeights parse(ByteBuffer content) {
        int length = content.getInt();
        if (length < 0 || length > content.remaining()) {
            throw new IllegalArgumentException("a header of " + length + " bytes, " + content.remaining() + " left");
        }
        byte[] json = new byte[length];
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
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw new IllegalArgumentException(
                    "a layer must have [in, out], each at least 1: " + Arrays.toString(shape));
        }
        return new Dense(
                shape[0], shape[1], readFloats(content, (long) shape[0] * shape[1]), readFloats(content, shape[1]));
    }

    private static void writeFloats(DataOutput out, float[] values) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        out.write(buffer.array());
    }

    private static float[] readFloats(ByteBuffer content, long count) {
        if (count < 0 || count > content.remaining() / 4) {
            throw new IllegalArgumentException(count + " numbers expected, " + content.remaining() / 4 + " left");
        }
        float[] values = new float[(int) count];
        content.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        content.position(content.position() + 4 * values.length);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("weights must be finite numbers: " + value);
            }
        }
        return values;
    }

    private static int crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return (int) crc.getValue();
    }
}
