/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.FieldText;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
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
                    List.of(new BreakerSettings("latent", 64 << 20, 1.0)),
                    new ClusterSettings(Settings.EMPTY, ClusterSettings.BUILT_IN_CLUSTER_SETTINGS))
            .getBreaker("latent");
    private final EncoderService service = new EncoderService(factory, IngestFixtures::analyzer, generations, breaker);

    private Generation generation(String model, int number) throws Exception {
        Generation generation = IngestFixtures.generation(model, number, createTempDir());
        generations.put(generation);
        return generation;
    }

    /** An analyzer that works token by token has its answers remembered, which the breaker counts with the encoder. */
    public void testWhatIsRememberedOfTokensIsCounted() throws Exception {
        Generation generation = generation("news", 1);
        generations.activate("news", 1);
        try (EncoderService remembers =
                new EncoderService(factory, name -> new StandardAnalyzer(), generations, breaker)) {
            remembers.encode(generation, OIL);
            assertThat(remembers.bytes(), equalTo(generation.ramBytes() + BowFactory.MAX_REMEMBERED));
            assertThat(breaker.getUsed(), equalTo(remembers.bytes()));
        }
        assertThat(breaker.getUsed(), equalTo(0L));
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

        // the service uses the encoder of an inactive generation, but does not keep it open
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
        for (int i = 0; i < OpenEncoders.MAX_OPEN + 5; i++) {
            Generation generation = generation("model" + i, 1);
            generations.activate("model" + i, 1);
            service.encode(generation, OIL);
            assertThat(service.open(), lessThanOrEqualTo(OpenEncoders.MAX_OPEN));
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

    /** A service whose encoders of the model {@code slow} open when the test says so. */
    private final class SlowOpening implements LatentEncoder.Factory {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final EncoderService service = new EncoderService(this, IngestFixtures::analyzer, generations, breaker);

        @Override
        public LatentEncoder open(Generation generation) {
            if (generation.model().equals("slow")) {
                begun.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return factory.open(generation);
        }

        /** Encodes on a separate thread and returns once that thread opens the encoder. */
        private Future<byte[]> encodeSlowly(Generation slow) throws InterruptedException {
            Future<byte[]> result =
                    threads.submit(() -> service.encode(slow, OIL).get(0));
            begun.await();
            return result;
        }

        /** Fails, instead of waiting forever, if the work waits for the encoder that another thread opens. */
        private void meanwhile(Runnable work) throws Exception {
            Future<?> done = threads.submit(work);
            try {
                done.get(30, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("waits for an encoder that another model's caller opens", e);
            } finally {
                if (!done.isDone()) {
                    mayEnd.countDown();
                }
            }
        }

        private void assertNothingIsLeft() {
            mayEnd.countDown();
            terminate(threads);
            service.close();
            assertThat(factory.open.get(), equalTo(0));
            assertThat(breaker.getUsed(), equalTo(0L));
        }
    }

    public void testWhoOpensAnEncoderKeepsNobodyElseWaiting() throws Exception {
        Generation slow = generation("slow", 1);
        Generation news = generation("news", 1);
        generations.activate("slow", 1).activate("news", 1);
        SlowOpening opening = new SlowOpening();
        try {
            Future<byte[]> first = opening.encodeSlowly(slow);
            opening.meanwhile(() -> assertArrayEquals(
                    new byte[] {127, 0}, opening.service.encode(news, OIL).get(0)));
            opening.meanwhile(opening.service::retire);
            Future<byte[]> second = opening.threads.submit(
                    () -> opening.service.encode(slow, OIL).get(0));
            opening.mayEnd.countDown();
            assertArrayEquals(new byte[] {127, 0}, first.get());
            assertArrayEquals(new byte[] {127, 0}, second.get());
            assertThat("one of each model", factory.opened.get(), equalTo(2));
            assertThat(breaker.getUsed(), equalTo(slow.ramBytes() + news.ramBytes()));
        } finally {
            opening.assertNothingIsLeft();
        }
    }

    public void testWhatIsRetiredWhileItOpensIsClosedAfterUse() throws Exception {
        Generation slow = generation("slow", 1);
        generations.activate("slow", 1);
        SlowOpening opening = new SlowOpening();
        try {
            Future<byte[]> result = opening.encodeSlowly(slow);
            generations.activate("slow", 2);
            opening.meanwhile(opening.service::retire);
            opening.mayEnd.countDown();
            assertArrayEquals(new byte[] {127, 0}, result.get());
            assertThat(factory.open.get(), equalTo(0));
            assertThat(breaker.getUsed(), equalTo(0L));
        } finally {
            opening.assertNothingIsLeft();
        }
    }

    public void testWhatOpensWhileTheNodeStopsIsClosedAfterUse() throws Exception {
        Generation slow = generation("slow", 1);
        generations.activate("slow", 1);
        SlowOpening opening = new SlowOpening();
        try {
            Future<byte[]> result = opening.encodeSlowly(slow);
            opening.meanwhile(opening.service::close);
            expectThrows(IllegalStateException.class, () -> opening.service.encode(slow, OIL));
            opening.mayEnd.countDown();
            assertArrayEquals(new byte[] {127, 0}, result.get());
            assertThat(factory.open.get(), equalTo(0));
            assertThat(breaker.getUsed(), equalTo(0L));
        } finally {
            opening.assertNothingIsLeft();
        }
    }

    public void testWhoWaitsForAnEncoderThatCannotBeOpenedFailsToo() throws Exception {
        Generation slow = generation("slow", 1);
        generations.activate("slow", 1);
        SlowOpening opening = new SlowOpening();
        try {
            Future<byte[]> first = opening.encodeSlowly(slow);
            Future<byte[]> second = opening.threads.submit(
                    () -> opening.service.encode(slow, OIL).get(0));
            factory.failure = new IllegalStateException("no engine");
            opening.mayEnd.countDown();
            for (Future<byte[]> future : List.of(first, second)) {
                Exception e = expectThrows(ExecutionException.class, future::get);
                assertThat(e.getCause(), sameInstance(factory.failure));
            }
            assertThat(breaker.getUsed(), equalTo(0L));
            factory.failure = null;
            assertArrayEquals(
                    new byte[] {127, 0}, opening.service.encode(slow, OIL).get(0));
            assertThat("a failure is not kept", factory.opened.get(), equalTo(1));
        } finally {
            opening.assertNothingIsLeft();
        }
    }

    @SuppressWarnings("AssertionFailureIgnored") // the test checks the failures of its threads after the joins
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
