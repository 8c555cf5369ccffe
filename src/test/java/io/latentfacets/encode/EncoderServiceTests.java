/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.text.FieldText;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.indices.breaker.BreakerSettings;
import org.opensearch.indices.breaker.HierarchyCircuitBreakerService;
import org.opensearch.test.OpenSearchTestCase;

public class EncoderServiceTests extends OpenSearchTestCase {

    private static final List<SourceDocument> OIL = List.of(SourceDocument.of(List.of(new FieldText(1, "oil"))));

    private final InMemoryGenerations generations = new InMemoryGenerations();
    private final IngestFixtures.CountingFactory factory = new IngestFixtures.CountingFactory();
    private final CircuitBreaker breaker = new HierarchyCircuitBreakerService(
                    Settings.EMPTY,
                    List.of(new BreakerSettings("latent", 1 << 20, 1.0)),
                    new ClusterSettings(Settings.EMPTY, ClusterSettings.BUILT_IN_CLUSTER_SETTINGS))
            .getBreaker("latent");
    private final EncoderService service = new EncoderService(factory, IngestFixtures::analyzer, generations, breaker);

    private Generation generation(String model, int number) throws Exception {
        Generation generation = IngestFixtures.generation(model, number, createTempDir());
        generations.put(generation);
        return generation;
    }

    public void testOneEncoderPerActiveGeneration() throws Exception {
        Generation first = generation("news", 1);
        Generation second = generation("news", 2);
        generations.activate("news", 1);
        assertThat(service.encode(first, OIL).get(0), equalTo(new byte[] {127, 0}));
        service.encode(first, OIL);
        assertThat(factory.opened.get(), equalTo(1));
        assertThat(breaker.getUsed(), equalTo(first.ramBytes()));

        generations.activate("news", 2);
        service.encode(second, OIL);
        assertThat(factory.opened.get(), equalTo(2));
        assertThat("the former one is closed", service.open(), equalTo(1));
        assertThat(breaker.getUsed(), equalTo(second.ramBytes()));

        // a generation that is not active can be used, but is not kept
        service.encode(first, OIL);
        assertThat(service.open(), equalTo(1));
        service.close();
        assertThat(factory.open.get(), equalTo(0));
        assertThat(breaker.getUsed(), equalTo(0L));
        expectThrows(IllegalStateException.class, () -> service.encode(first, OIL));
    }

    public void testWhatIsHeldStaysOpen() throws Exception {
        Generation generation = generation("news", 1);
        Releasable held = service.hold(generation);
        service.encode(generation, OIL);
        assertThat(service.inputs(generation, OIL).get(0).words().size(), equalTo(1));
        service.encode(generation, OIL);
        assertThat("opened once, though not active", factory.opened.get(), equalTo(1));
        held.close();
        held.close();
        assertThat(service.open(), equalTo(0));
        assertThat(breaker.getUsed(), equalTo(0L));
        service.close();
    }

    public void testNumberOfOpenEncodersIsBounded() throws Exception {
        for (int i = 0; i < EncoderService.MAX_OPEN + 5; i++) {
            Generation generation = generation("model" + i, 1);
            generations.activate("model" + i, 1);
            service.encode(generation, OIL);
            assertThat(service.open(), lessThanOrEqualTo(EncoderService.MAX_OPEN));
        }
        service.close();
        assertThat(breaker.getUsed(), equalTo(0L));
    }

    public void testFailuresLeaveNothingCharged() throws Exception {
        Generation generation = generation("news", 1);
        generations.activate("news", 1);
        factory.failure = new IllegalStateException("no engine");
        expectThrows(IllegalStateException.class, () -> service.encode(generation, OIL));
        assertThat(breaker.getUsed(), equalTo(0L));
        factory.failure = null;
        breaker.addWithoutBreaking(breaker.getLimit());
        expectThrows(CircuitBreakingException.class, () -> service.encode(generation, OIL));
        breaker.addWithoutBreaking(-breaker.getLimit());
        assertThat(factory.opened.get(), equalTo(0));
        service.encode(generation, OIL);
        assertThat(breaker.getUsed(), greaterThan(0L));
        service.close();
    }

    @SuppressWarnings("AssertionFailureIgnored") // a failure in a thread is kept, and looked at after the joins
    public void testUseAndRetirementFromManyThreads() throws Exception {
        Generation[] all = new Generation[4];
        for (int i = 0; i < all.length; i++) {
            all[i] = generation("news", i + 1);
        }
        generations.activate("news", 1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                try {
                    for (int i = 0; i < 500; i++) {
                        int active = generations.active("news");
                        byte[] latent = service.encode(all[active - 1], OIL).get(0);
                        assertArrayEquals(new byte[] {127, 0}, latent);
                        if (i % 50 == 0) {
                            generations.activate("news", 1 + (active % all.length));
                        }
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get(), nullValue());
        service.close();
        assertThat(factory.open.get(), equalTo(0));
        assertThat(breaker.getUsed(), equalTo(0L));
    }
}
