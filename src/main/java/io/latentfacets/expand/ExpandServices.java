/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.expand;

import io.latentfacets.model.Generations;
import io.latentfacets.search.SearchPins;
import io.latentfacets.terms.TermFinder;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.threadpool.ThreadPool;

/**
 * The node's services that expansions need. Thread-safe.
 *
 * @param pins knows which indices a search reads, and which are bound to a model
 * @param generations the models of the node
 * @param finder finds terms
 * @param threadPool the pool in which they are found
 * @param writeables reads the ids of points in time
 */
public record ExpandServices(
        SearchPins pins,
        Generations generations,
        TermFinder finder,
        ThreadPool threadPool,
        NamedWriteableRegistry writeables) {}
