/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
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
        assertThat(options.draws(), nullValue());
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
    public void drawsHaveDefaultsOfTheirOwn() {
        QualityOptions options = QualityOptions.parse(new String[] {"--draws", "3", "--seed", "2026", "f"});
        assertThat(options.draws(), equalTo(new QualityOptions.Drawn(2026, List.of(1, 2, 3))));
        assertThat(options.seeds(), equalTo(List.of(42L)));
        assertThat(options.objectives(), equalTo(List.of("vae")));
        assertThat(options.baselines(), equalTo(Baselines.CLASSICS));
        assertThat(
                QualityOptions.parse(new String[] {"--draws=40", "--draw=7,2,7", "f"})
                        .draws(),
                equalTo(new QualityOptions.Drawn(1, List.of(2, 7))));
    }

    @Test
    public void mistakesAreNamed() {
        mistake("no file given");
        mistake("unknown option: --sed", "--sed=1", "f");
        mistake("--seed goes with --draws or --draw; seeds of models are --seeds", "--seed=1", "f");
        mistake("--limit does not go with draws", "--draws=1", "--limit", "9", "f");
        mistake("--draws must be a whole number in [1, 10000]: 0", "--draws=0", "f");
        mistake("--draw must name at least one", "--draw=", "f");
        mistake(
                "--draws measures one of the --objectives: [vae, mixture]",
                "--draw=1",
                "--objectives=vae,mixture",
                "f");
        mistake("--classes must be a whole number in [0, 1000]: ten", "--classes", "ten", "f");
        mistake("--clusters must be labels or a whole number in [2, 1000]: 1", "--clusters=1", "f");
        mistake("--seeds must name at least one", "--seeds=", "f");
        mistake("--out needs a value", "f", "--out");
        mistake("--set wants key=value, such as vae.neighbors=0: vae", "--set", "vae", "f");
        mistake(
                "--baselines must be all, classics, none or some of tfidf,lsa,nmf,lda,sib,carrot2-kmeans,carrot2-lingo: svd",
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
