/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.List;

/** The figures of the {@link Ledger}, and where the benchmarks that {@code benchmarks/run} starts print them. */
final class Headlines {

    static final List<Ledger.Figure> FIGURES = List.of();

    private Headlines() {}
}
