/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import org.opensearch.test.OpenSearchTestCase;

public class TermsWireTests extends OpenSearchTestCase {

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "terms.TermsAction.Request",
                new TermsAction.Request("news", "oil", List.of("price", "crude"), 20),
                TermsAction.Request::new,
                writableRegistry());
        PinnedFormat.check(
                "terms.TermsAction.Response",
                new TermsAction.Response(
                        "news",
                        3,
                        new TermFinder.Found("oil", false, "taken", List.of(new NearTerm("crude oil", 0.5f, 300)))),
                TermsAction.Response::new,
                writableRegistry());
    }
}
