/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.search.PinnedField;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

public class SampleWireTests extends OpenSearchTestCase {

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "results.LatentSampleAggregationBuilder",
                new LatentSampleAggregationBuilder("sample", new PinnedField("latent"), 20_000, () -> null),
                in -> new LatentSampleAggregationBuilder(in, () -> null),
                writableRegistry());
        LatentSampler sampler = new LatentSampler(10, bytes -> {});
        sampler.add(new byte[] {127, 0, -3, 1, 127, 5}, 2, 3);
        PinnedFormat.check(
                "results.InternalLatentSample",
                new InternalLatentSample("sample", sampler.build(), Map.of()),
                InternalLatentSample::new,
                writableRegistry());
    }
}
