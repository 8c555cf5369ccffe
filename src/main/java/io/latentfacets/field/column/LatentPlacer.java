/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.field.LatentDocValue;
import io.latentfacets.model.Generation;
import io.latentfacets.vae.projection.Projection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.BytesRef;

/**
 * Computes the place of a stored latent on the map. A latent of another encoder is placed by the map of that encoder's
 * generation: maps that follow each other keep what lives on in its place. A latent of an unknown encoder, or of a
 * generation without a map, has none. Allocates nothing per latent of a known encoder. Not thread-safe.
 */
final class LatentPlacer {
    private final EncoderGenerations generations;
    private final Map<Long, OfEncoder> encoders = new HashMap<>();
    private final float[] place = new float[Projection.AXES];

    private long encoder;
    private OfEncoder current = OfEncoder.UNKNOWN;
    private int unknown;

    LatentPlacer(EncoderGenerations generations) {
        this.generations = generations;
    }

    /** Returns the place as {@link Places} has it. */
    int place(BytesRef value) {
        long bits = LatentDocValue.encoder(value);
        if (bits != encoder) {
            encoder = bits;
            current = generations.knows(bits)
                    ? encoders.computeIfAbsent(bits, key -> OfEncoder.of(generations.of(key)))
                    : OfEncoder.UNKNOWN;
        }
        if (current.unit == null) {
            unknown++;
            return Places.NONE;
        }
        // The mapper does not check the length, because it does not know the encoder.
        if (current.placer == null || LatentDocValue.dims(value) != current.unit.length) {
            return Places.NONE;
        }
        LatentDocValue.dequantize(value, current.unit);
        current.placer.place(current.unit, place, 0);
        return Places.of(place[0], place[1]);
    }

    Set<Integer> missing() {
        return generations.missing();
    }

    /** The number of latents whose encoder is not known. */
    int unknown() {
        return unknown;
    }

    /**
     * What computes the places of one encoder's latents.
     *
     * @param placer null if there is no map
     * @param unit a buffer for one latent; null for an unknown encoder
     */
    private record OfEncoder(Projection.Placer placer, float[] unit) {
        static final OfEncoder UNKNOWN = new OfEncoder(null, null);

        static OfEncoder of(Generation generation) {
            Projection map = generation == null ? null : generation.projection();
            return map == null ? new OfEncoder(null, new float[0]) : new OfEncoder(map.placer(), new float[map.dims()]);
        }
    }
}
