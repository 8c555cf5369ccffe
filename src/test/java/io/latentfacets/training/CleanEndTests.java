/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.opensearch.test.OpenSearchTestCase;

public class CleanEndTests extends OpenSearchTestCase {

    public void testTheEndWaitsForTheNextStep() throws Exception {
        CleanEnd end = new CleanEnd();
        end.check();
        Thread ending = new Thread(end::await, "ending");
        ending.start();
        ending.join(200);
        assertTrue("the end waits while no step begins", ending.isAlive());
        AtomicBoolean returned = new AtomicBoolean();
        Thread training = new Thread(
                () -> {
                    end.check();
                    returned.set(true);
                },
                "training");
        training.start();
        ending.join(TimeUnit.SECONDS.toMillis(10));
        assertFalse("the training has left the engine", ending.isAlive());
        assertFalse("it does not go on", returned.get());
        end.close();
        training.join(TimeUnit.SECONDS.toMillis(10));
        assertTrue(returned.get());
    }

    public void testNothingIsLeftOfATrainingThatHasEnded() throws Exception {
        CleanEnd end = new CleanEnd();
        end.close();
        Thread ending = new Thread(end::await, "ending");
        ending.start();
        ending.join(TimeUnit.SECONDS.toMillis(10));
        assertFalse(ending.isAlive());
        end.close();
    }
}
