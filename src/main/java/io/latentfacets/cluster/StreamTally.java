/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What came to each cluster of late: the number of documents and the sum of their latents. The weight of a document
 * halves with every half-life since it came, so old ones are forgotten without being stored. Thread-safe.
 *
 * <p>Adding a document costs one pass over its latent: documents get larger weights the later they come, in the place
 * of smaller weights for all that came before.
 */
public final class StreamTally {
    private static final int VERSION = 1;
    private static final int MAX_DIMS = 1 << 16;

    /** The number of half-lives after which the weights are scaled down, long before a double overflows. */
    private static final double RESCALE_AFTER = 64;

    private final double[] masses;
    private final double[][] sums;
    private long halfLifeMillis;
    /** A document that came at this time has the weight 1. */
    private long zeroMillis;

    private long documents;

    /**
     * An empty tally.
     *
     * @param clusters the number of clusters, at least 1
     * @param dims the length of a latent
     * @param halfLifeMillis the time in which a document loses half of its weight, in milliseconds, above 0
     * @param nowMillis now, epoch milliseconds
     */
    public StreamTally(int clusters, int dims, long halfLifeMillis, long nowMillis) {
        if (halfLifeMillis <= 0) {
            throw new IllegalArgumentException("[half_life] must be above 0: " + halfLifeMillis + " ms");
        }
        this.masses = new double[clusters];
        this.sums = new double[clusters][dims];
        this.halfLifeMillis = halfLifeMillis;
        this.zeroMillis = nowMillis;
    }

    /**
     * Counts a document.
     *
     * @param cluster its cluster
     * @param unitLatent its latent, {@code [dims]}, unit length; not kept
     * @param weight how many documents it stands for, above 0
     * @param nowMillis now, epoch milliseconds
     */
    public synchronized void add(int cluster, float[] unitLatent, double weight, long nowMillis) {
        if (ages(nowMillis) > RESCALE_AFTER) {
            rescale(nowMillis);
        }
        double scaled = weight * Math.pow(2, ages(nowMillis));
        masses[cluster] += scaled;
        double[] sum = sums[cluster];
        for (int i = 0; i < sum.length; i++) {
            sum[i] += scaled * unitLatent[i];
        }
        documents++;
    }

    /** The number of half-lives from the zero to a time; negative before it. */
    private double ages(long millis) {
        return (double) (millis - zeroMillis) / halfLifeMillis;
    }

    /** Gives documents of another time the weight 1. */
    private void rescale(long toMillis) {
        double factor = Math.pow(2, -ages(toMillis));
        for (int c = 0; c < masses.length; c++) {
            masses[c] *= factor;
            for (int i = 0; i < sums[c].length; i++) {
                sums[c][i] *= factor;
            }
        }
        zeroMillis = toMillis;
    }

    /** Forgets faster or slower from now on. What it has forgotten stays forgotten. */
    public synchronized void halfLife(long millis, long nowMillis) {
        if (millis != halfLifeMillis) {
            rescale(nowMillis);
            halfLifeMillis = millis;
        }
    }

    /**
     * Adds the documents of another tally, which another thread must not change meanwhile.
     *
     * @param nowMillis now, epoch milliseconds
     * @throws IllegalArgumentException if the shapes differ
     */
    public synchronized void merge(StreamTally other, long nowMillis) {
        if (other.clusters() != clusters() || other.dims() != dims()) {
            throw new IllegalArgumentException("a tally of [" + clusters() + "] clusters of [" + dims()
                    + "] dimensions cannot take one of [" + other.clusters() + "] of [" + other.dims() + "]");
        }
        rescale(nowMillis);
        double factor = Math.pow(2, -other.ages(nowMillis));
        for (int c = 0; c < masses.length; c++) {
            masses[c] += factor * other.masses[c];
            for (int i = 0; i < sums[c].length; i++) {
                sums[c][i] += factor * other.sums[c][i];
            }
        }
        documents += other.documents;
    }

    public int clusters() {
        return masses.length;
    }

    public int dims() {
        return sums[0].length;
    }

    /** The number of documents that were ever added, whatever their weight. */
    public synchronized long documents() {
        return documents;
    }

    /** The weight that a cluster's documents have at a time, together. */
    public synchronized double mass(int cluster, long nowMillis) {
        return masses[cluster] * Math.pow(2, -ages(nowMillis));
    }

    /** The mean direction of a cluster's documents, {@code [dims]}, unit length; null if they have none. */
    public synchronized double[] direction(int cluster) {
        double squares = 0;
        for (double component : sums[cluster]) {
            squares += component * component;
        }
        double length = Math.sqrt(squares);
        if (!(length > 1e-6 * masses[cluster]) || masses[cluster] == 0) {
            return null;
        }
        double[] direction = new double[dims()];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = sums[cluster][i] / length;
        }
        return direction;
    }

    /** Writes a format with a version. */
    public synchronized void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(clusters());
        out.writeInt(dims());
        out.writeLong(halfLifeMillis);
        out.writeLong(zeroMillis);
        out.writeLong(documents);
        for (int c = 0; c < masses.length; c++) {
            out.writeDouble(masses[c]);
            for (double component : sums[c]) {
                out.writeDouble(component);
            }
        }
    }

    /** @throws IOException also if {@link #writeTo} did not write these bytes */
    public static StreamTally readFrom(DataInput in) throws IOException {
        Wire.checkVersion(in, VERSION, "a tally of the stream");
        int clusters = Wire.readSize(in, ClusterOptions.MAX_COUNT, "clusters");
        int dims = Wire.readSize(in, MAX_DIMS, "dimensions");
        long halfLife = in.readLong();
        if (clusters == 0 || dims == 0 || halfLife <= 0) {
            throw new IOException("corrupt tally of the stream: [" + clusters + "] clusters of [" + dims
                    + "] dimensions, a half-life of [" + halfLife + "] ms");
        }
        StreamTally tally = new StreamTally(clusters, dims, halfLife, in.readLong());
        tally.documents = in.readLong();
        for (int c = 0; c < clusters; c++) {
            tally.masses[c] = readFinite(in);
            for (int i = 0; i < dims; i++) {
                tally.sums[c][i] = readFinite(in);
            }
        }
        return tally;
    }

    private static double readFinite(DataInput in) throws IOException {
        double value = in.readDouble();
        if (!Double.isFinite(value)) {
            throw new IOException("corrupt tally of the stream: numbers must be finite: " + value);
        }
        return value;
    }
}
