/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.projection;

import io.latentfacets.vae.Dense;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gives each latent a place on a map. The place is a linear function of the latent plus what a small network with ReLU
 * layers adds to it, moved and scaled so that nearly all documents of the first training lie within [−0.9, 0.9]; a map
 * that follows keeps the scale. What lies beyond [−1, 1] is put on that border. Immutable and thread-safe; holds its
 * arrays without copying them.
 */
public final class Projection {
    /** The number of coordinates of a place. */
    public static final int AXES = 2;

    private static final int VERSION = 1;
    private static final int MOST_LAYERS = 16;
    private static final int WIDEST = 1 << 14;
    private static final int FIRST_STRETCH = 1 << 12;

    private final Dense linear;
    private final List<Dense> layers;
    private final float scale;
    private final float[] middle;

    /**
     * @param linear the linear function, {@code [dims][2]}
     * @param layers the network's layers; the first takes a latent, the last makes a place
     * @param scale the length on the map of one unit of the functions' output
     * @param middle the output that lies in the middle of the map, {@code [2]}
     * @throws IllegalArgumentException if the shapes do not fit together
     */
    Projection(Dense linear, List<Dense> layers, float scale, float[] middle) {
        int width = linear.in();
        for (Dense layer : layers) {
            if (layer.in() != width) {
                throw new IllegalArgumentException(
                        "expected a layer of [" + width + "] inputs on the map: [" + layer.in() + "]");
            }
            width = layer.out();
        }
        if (layers.isEmpty() || width != AXES || linear.out() != AXES || middle.length != AXES) {
            throw new IllegalArgumentException("a place on the map has [" + AXES + "] coordinates");
        }
        this.linear = linear;
        this.layers = List.copyOf(layers);
        this.scale = scale;
        this.middle = middle;
    }

    /** The length of a latent. */
    public int dims() {
        return linear.in();
    }

    /** The number of multiplications that a place takes. */
    public long work() {
        long work = (long) linear.in() * AXES;
        for (Dense layer : layers) {
            work += (long) layer.in() * layer.out();
        }
        return work;
    }

    float scale() {
        return scale;
    }

    float[] middle() {
        return middle;
    }

    /** Returns something that computes places. */
    public Placer placer() {
        return new Placer();
    }

    /** Returns the place of a unit latent, x and y in [−1, 1]. */
    public float[] place(float[] unitLatent) {
        float[] place = new float[AXES];
        placer().place(unitLatent, place, 0);
        return place;
    }

    /** Computes places, with memory of its own. Not thread-safe. */
    public final class Placer {
        private final float[][] outputs;

        private Placer() {
            outputs = layers.stream().map(layer -> new float[layer.out()]).toArray(float[][]::new);
        }

        /**
         * Writes the place of a unit latent.
         *
         * @param places gets x at {@code at} and y behind it, in [−1, 1]
         */
        public void place(float[] unitLatent, float[] places, int at) {
            raw(unitLatent, places, at);
            for (int axis = 0; axis < AXES; axis++) {
                float scaled = (places[at + axis] - middle[axis]) * scale;
                places[at + axis] = Math.max(-1, Math.min(1, scaled));
            }
        }

        /** Writes what the functions give, before it is moved and scaled. */
        void raw(float[] unitLatent, float[] places, int at) {
            float[] input = unitLatent;
            for (int i = 0; i < outputs.length; i++) {
                layers.get(i).apply(input, outputs[i]);
                input = outputs[i];
                if (i < outputs.length - 1) {
                    for (int j = 0; j < input.length; j++) {
                        input[j] = Math.max(0, input[j]);
                    }
                }
            }
            for (int axis = 0; axis < AXES; axis++) {
                float sum = linear.bias()[axis] + input[axis];
                for (int j = 0; j < unitLatent.length; j++) {
                    sum += unitLatent[j] * linear.weights()[j * AXES + axis];
                }
                places[at + axis] = sum;
            }
        }
    }

    /** Writes the projection; the form is big-endian and begins with a version. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(dims());
        out.writeInt(layers.size());
        for (Dense layer : layers) {
            out.writeInt(layer.out());
        }
        write(out, linear);
        for (Dense layer : layers) {
            write(out, layer);
        }
        out.writeFloat(scale);
        for (float coordinate : middle) {
            out.writeFloat(coordinate);
        }
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @throws IOException if it is damaged, or of a newer version
     */
    public static Projection readFrom(DataInput in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("cannot read version [" + version + "] of a map; must be [" + VERSION + "]");
        }
        int dims = size(in, WIDEST, "dimensions");
        int[] widths = new int[size(in, MOST_LAYERS, "layers")];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = size(in, WIDEST, "outputs");
        }
        Dense linear = read(in, dims, AXES);
        List<Dense> layers = new ArrayList<>();
        int width = dims;
        for (int out : widths) {
            layers.add(read(in, width, out));
            width = out;
        }
        float scale = finite(in);
        try {
            return new Projection(linear, layers, scale, new float[] {finite(in), finite(in)});
        } catch (IllegalArgumentException e) {
            throw new IOException("damaged map: " + e.getMessage(), e);
        }
    }

    private static int size(DataInput in, int most, String what) throws IOException {
        int size = in.readInt();
        if (size < 1 || size > most) {
            throw new IOException("damaged map: [" + size + "] " + what + ", must be 1 to " + most);
        }
        return size;
    }

    private static void write(DataOutput out, Dense layer) throws IOException {
        for (float value : layer.weights()) {
            out.writeFloat(value);
        }
        for (float value : layer.bias()) {
            out.writeFloat(value);
        }
    }

    private static Dense read(DataInput in, int from, int to) throws IOException {
        return new Dense(from, to, floats(in, Math.multiplyExact(from, to)), floats(in, to));
    }

    /** Takes memory only as values come: a damaged archive may promise any number. */
    private static float[] floats(DataInput in, int count) throws IOException {
        float[] values = new float[Math.min(count, FIRST_STRETCH)];
        for (int i = 0; i < count; i++) {
            if (i == values.length) {
                values = Arrays.copyOf(values, (int) Math.min(count, 2L * values.length));
            }
            values[i] = finite(in);
        }
        return values;
    }

    private static float finite(DataInput in) throws IOException {
        float value = in.readFloat();
        if (!Float.isFinite(value)) {
            throw new IOException("damaged map: [" + value + "] is not finite");
        }
        return value;
    }
}
