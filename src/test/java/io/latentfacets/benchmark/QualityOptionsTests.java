/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public final class QualityOptionsTests {
    @Test
    public void defaults() {
        QualityOptions options = QualityOptions.parse(new String[] {"a.jsonl", "b.jsonl.gz"});
        assertThat(options.files(), equalTo(List.of(Path.of("a.jsonl"), Path.of("b.jsonl.gz"))));
        assertThat(options.seeds(), equalTo(List.of(42L, 43L, 44L)));
        assertThat(options.objectives(), equalTo(List.of("vae", "autoencoder", "adversarial", "mixture")));
        assertThat(options.baselines().size(), equalTo(Baselines.ALL.size()));
        assertThat(options.clusters(), equalTo(0));
        assertThat(options.auto(), equalTo(true));
        assertThat(options.settings(), equalTo(Map.of()));
    }

    @Test
    public void modelSettingsAreJsonOrWords() {
        QualityOptions options = QualityOptions.parse(new String[] {
            "--set",
            "vae.neighbors=0",
            "--set=text.analyzer=german",
            "--set",
            "vae.hidden_dims=[64,32]",
            "f",
            "--no-auto"
        });
        assertThat(
                options.settings(),
                equalTo(Map.of("vae.neighbors", 0, "text.analyzer", "german", "vae.hidden_dims", List.of(64, 32))));
        assertThat(options.auto(), equalTo(false));
    }

    @Test
    public void baselinesByName() {
        assertThat(QualityOptions.parse(new String[] {"--baselines=none", "f"}).baselines(), equalTo(List.of()));
        assertThat(
                QualityOptions.parse(new String[] {"--baselines=lda, tfidf", "f"})
                        .baselines(),
                equalTo(List.of("tfidf", "lda")));
    }

    @Test
    public void mistakesAreNamed() {
        mistake("no file given");
        mistake("unknown option: --seed", "--seed=1", "f");
        mistake("--classes must be a whole number in [0, 1000]: ten", "--classes", "ten", "f");
        mistake("--clusters must be labels or a whole number in [2, 1000]: 1", "--clusters=1", "f");
        mistake("--seeds must name at least one", "--seeds=", "f");
        mistake("--out needs a value", "f", "--out");
        mistake("--set wants key=value, such as vae.neighbors=0: vae", "--set", "vae", "f");
        mistake(
                "--baselines must be all, none or some of tfidf,lsa,nmf,lda,carrot2-kmeans,carrot2-lingo: svd",
                "--baselines=svd",
                "f");
    }

    private static void mistake(String message, String... args) {
        assertThat(
                assertThrows(IllegalArgumentException.class, () -> QualityOptions.parse(args))
                        .getMessage(),
                equalTo(message));
    }
}
