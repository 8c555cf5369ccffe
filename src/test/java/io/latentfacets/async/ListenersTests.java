/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.async;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.sameInstance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.core.action.ActionListener;
import org.opensearch.test.OpenSearchTestCase;

/** Each listener is called exactly once, whatever its step does. */
public class ListenersTests extends OpenSearchTestCase {

    private final List<Object> calls = new ArrayList<>();

    /** Records all calls. */
    private final ActionListener<Object> end = new ActionListener<>() {
        @Override
        public void onResponse(Object response) {
            calls.add(response);
        }

        @Override
        public void onFailure(Exception e) {
            calls.add(e);
        }
    };

    public void testAResponseGoesThroughTheStep() {
        Listeners.<Integer, Object>andThen(end, (next, number) -> next.onResponse(number + 1))
                .onResponse(1);
        assertThat(calls, contains((Object) 2));
    }

    public void testAFailurePassesTheStepBy() {
        Exception failure = new IOException("no");
        Listeners.<Integer, Object>andThen(end, (next, number) -> fail("not to be called"))
                .onFailure(failure);
        assertThat(calls, contains(sameInstance((Object) failure)));
    }

    public void testWhatTheStepThrowsIsTheFailure() {
        Exception failure = new IOException("no");
        Listeners.<Integer, Object>andThen(end, (next, number) -> {
                    throw failure;
                })
                .onResponse(1);
        assertThat(calls, contains(sameInstance((Object) failure)));
    }

    /** The case in which {@code ActionListener.wrap} calls its listener twice. */
    public void testWhoWasAnsweredIsNotToldOfAFailure() {
        RuntimeException own = new IllegalArgumentException("of the listener");
        ActionListener<Object> throwing = new ActionListener<>() {
            @Override
            public void onResponse(Object response) {
                calls.add(response);
                throw own;
            }

            @Override
            public void onFailure(Exception e) {
                calls.add(e);
            }
        };
        ActionListener<Integer> first = Listeners.andThen(throwing, (next, number) -> next.onResponse(number));
        ActionListener<Integer> chain = Listeners.andThen(first, (next, number) -> next.onResponse(number));
        assertThat(expectThrows(RuntimeException.class, () -> chain.onResponse(1)), sameInstance(own));
        assertThat(calls, contains((Object) 1));
    }

    public void testAStepThatAnswersAndThenThrowsHasAnswered() {
        ActionListener<Integer> chain = Listeners.andThen(end, (next, number) -> {
            next.onResponse(number);
            next.onResponse(number);
            throw new IOException("late");
        });
        expectThrows(IllegalStateException.class, () -> chain.onResponse(1));
        assertThat(calls, contains((Object) 1));
    }

    public void testAStepThatHandlesItsOwnFailures() {
        Exception own = new IOException("of the step");
        ActionListener<Integer> once = Listeners.once(
                response -> {
                    calls.add(response);
                    throw own;
                },
                calls::add);
        once.onResponse(1);
        once.onResponse(2);
        once.onFailure(new IOException("later"));
        assertThat(calls, contains((Object) 1, own));
        Listeners.<Integer>once(calls::add, calls::add).onFailure(own);
        assertThat(calls, contains((Object) 1, own, own));
    }

    public void testOneOfTwoEndsIsCalledOnce() {
        RuntimeException own = new IllegalArgumentException("of the end");
        ActionListener<Integer> either = Listeners.either(
                response -> {
                    calls.add(response);
                    throw own;
                },
                calls::add);
        assertThat(expectThrows(RuntimeException.class, () -> either.onResponse(1)), sameInstance(own));
        either.onFailure(own);
        assertThat(calls, contains((Object) 1));
        ActionListener<Integer> failed = Listeners.either(calls::add, calls::add);
        failed.onFailure(own);
        assertThat(calls.size(), equalTo(2));
    }
}
