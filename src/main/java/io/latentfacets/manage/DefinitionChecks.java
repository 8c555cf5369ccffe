/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.Presets;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;

/** Checks a definition against a node's analyzers, and holds the node's presets. Thread-safe. */
public final class DefinitionChecks {

    private final Presets presets;
    private final Function<String, Analyzer> analyzers;

    /** @param analyzers a look-up of analyzers by name that throws IllegalArgumentException for an unknown one */
    public DefinitionChecks(Presets presets, Function<String, Analyzer> analyzers) {
        this.presets = presets;
        this.analyzers = analyzers;
    }

    Presets presets() {
        return presets;
    }

    /** @throws IllegalArgumentException if this node has no such analyzer */
    void check(ModelDefinition definition) {
        String name = definition.text().analyzer();
        try {
            if (analyzers.apply(name) != null) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("[text.analyzer] must name a registered analyzer: " + name, e);
        }
        throw new IllegalArgumentException("[text.analyzer] must name a registered analyzer: " + name);
    }
}
