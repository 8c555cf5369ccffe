/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.search.aggregations.InternalAggregation;

/** The latents of matching documents, or a sample of them, from a slice, a shard, or several shards. Immutable. */
final class InternalLatentSample extends InternalAggregation {
    private final LatentSample sample;

    InternalLatentSample(String name, LatentSample sample, Map<String, Object> metadata) {
        super(name, metadata);
        this.sample = Objects.requireNonNull(sample);
    }

    InternalLatentSample(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            sample = new LatentSample(frame);
        }
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            sample.writeTo(frame);
        }
    }

    @Override
    public String getWriteableName() {
        return LatentSampleAggregationBuilder.NAME;
    }

    LatentSample sample() {
        return sample;
    }

    @Override
    public InternalLatentSample reduce(List<InternalAggregation> aggregations, ReduceContext context) {
        List<LatentSample> samples = aggregations.stream()
                .map(each -> ((InternalLatentSample) each).sample)
                .toList();
        return new InternalLatentSample(name, LatentSample.merge(samples), metadata);
    }

    @Override
    protected boolean mustReduceOnSingleInternalAgg() {
        return false;
    }

    @Override
    public Object getProperty(List<String> path) {
        if (path.isEmpty()) {
            return this;
        }
        throw new IllegalArgumentException("[" + name + "] has no property " + path);
    }

    @Override
    public XContentBuilder doXContentBody(XContentBuilder builder, Params params) throws IOException {
        return builder.field("documents", sample.documents()).field("sampled", sample.sampled());
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other) && other instanceof InternalLatentSample that && sample.equals(that.sample);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), sample);
    }
}
