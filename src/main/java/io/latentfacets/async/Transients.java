/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import java.util.List;
import org.opensearch.common.util.concurrent.ThreadContext;

/** Values that go with a request through the thread context of this node. */
public final class Transients {

    private Transients() {}

    /**
     * Runs work with a value, in the place of the one that an enclosing request has put: a transient cannot be put
     * twice. Afterwards this thread's context is what it was before.
     */
    public static void with(ThreadContext context, String key, Object value, Runnable work) {
        ThreadContext.StoredContext before = context.newStoredContext(true, List.of(key));
        try {
            context.putTransient(key, value);
            work.run();
        } finally {
            before.close();
        }
    }
}
