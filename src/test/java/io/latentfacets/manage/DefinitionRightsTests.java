/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.model.Bound;
import io.latentfacets.model.Definer;
import io.latentfacets.model.FakeSecurity;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.Presets;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.threadpool.ThreadPool;

/** Who may define a model over which indices, and for whom somebody else may train it. */
public class DefinitionRightsTests extends OpenSearchSingleNodeTestCase {

    private ThreadPool threadPool;
    private ModelTestPlugin.Parts parts;
    private SourceAccess access;

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(ModelTestPlugin.class);
    }

    @Override
    protected boolean resetNodeAfterTest() {
        return true;
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        threadPool = getInstanceFromNode(ThreadPool.class);
        parts = getInstanceFromNode(ModelTestPlugin.Parts.class);
        access = getInstanceFromNode(SourceAccess.class);
        for (String index : List.of("hr", "mine")) {
            for (int i = 0; i < 6; i++) {
                client().prepareIndex(index)
                        .setSource("body", "text " + i, "dept", i % 2 == 0 ? "a" : "b")
                        .get();
            }
            client().admin().indices().prepareRefresh(index).get();
        }
    }

    private static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(60_000);
    }

    private static ModelDefinition definition(String name, String index) {
        String json = "{\"source\":{\"index\":[\"" + index + "\"],\"fields\":[\"body\"]}}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json)) {
            return ModelDefinition.parse(name, parser, new Presets(Map.of()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void put(String model, String index, String user, String... roles) {
        try (ThreadContext.StoredContext before = FakeSecurity.login(threadPool, user, roles)) {
            assertNotNull(before);
            client().execute(PutModelAction.INSTANCE, new PutModelAction.Request(definition(model, index)))
                    .actionGet();
        }
    }

    private StoredModel stored(String model) {
        return await(l -> parts.store.get(model, l));
    }

    private void train(String model, String user, String... roles) {
        try (ThreadContext.StoredContext before = FakeSecurity.login(threadPool, user, roles)) {
            assertNotNull(before);
            await((ActionListener<Void> l) -> {
                try {
                    access.requireDefinerReads(stored(model), l);
                } catch (RuntimeException e) {
                    l.onFailure(e);
                }
            });
        }
    }

    private static void forbidden(String message, ThrowingRunnable call) {
        Exception e = expectThrows(Exception.class, call);
        Throwable cause = ExceptionsHelper.unwrapCause(e);
        assertThat(cause.getMessage(), containsString(message));
        assertThat(ExceptionsHelper.status(cause).getStatus(), equalTo(403));
    }

    public void testADefinitionBindsItsSource() {
        put("topics", "hr", "ann", "hr");
        assertThat(stored("topics").bound(), equalTo(new Bound(List.of("hr"))));
        assertThat(stored("topics").definer(), equalTo(new Definer("ann", List.of("hr"))));
        assertThat(parts.registry.bound("topics"), equalTo(new Bound(List.of("hr"))));
    }

    public void testNobodyDefinesAModelOverWhatHeMayNotRead() {
        forbidden(
                "[source.index] has indices that you may not read: [hr]", () -> put("topics", "hr", "mallory", "mine"));
        assertThat(parts.registry.bound("topics"), equalTo(Bound.NONE));
        put("topics", "missing", "mallory", "missing");
    }

    public void testNobodyBindsASecretModelToHisOwnIndex() {
        put("topics", "hr", "ann", "hr");
        forbidden("[bound] has indices that you may not read: [hr]", () -> put("topics", "mine", "mallory", "mine"));
        assertThat(stored("topics").bound(), equalTo(new Bound(List.of("hr"))));
        put("topics", "mine", "ann", "hr", "mine");
        assertThat(
                "a model keeps what it was bound to",
                stored("topics").bound().patterns(),
                equalTo(List.of("hr", "mine")));
    }

    public void testAModelOfADeletedOnesNameStartsUnbound() {
        put("topics", "hr", "ann", "hr");
        client().execute(DeleteModelAction.INSTANCE, ModelRequest.of("topics")).actionGet();
        put("topics", "mine", "mallory", "mine");
        assertThat(stored("topics").bound(), equalTo(new Bound(List.of("mine"))));
    }

    public void testWhoeverTrainsReadsNothingForTheDefiner() {
        put("topics", "hr", "ann", "hr", "only:dept.keyword=a");
        train("topics", "ann", "hr");
        train("topics", "bob", "hr", "only:dept.keyword=a");
        forbidden(
                "model [topics] was defined by [ann], who may not read all that you may read of [source.index] [hr]",
                () -> train("topics", "bob", "hr"));
        put("topics", "hr", "bob", "hr");
        train("topics", "eve", "hr");
    }

    public void testAnIndexThatCameAfterTheDefinition() {
        put("topics", "later", "mallory", "later");
        await((ActionListener<Void> l) -> parts.store.put(
                definition("topics", "hr"),
                new Definer("mallory", List.of("later")),
                parts.registry.bound("topics"),
                l));
        forbidden("was defined by [mallory]", () -> train("topics", "bob", "hr"));
    }

    public void testADefinitionOfUnknownOriginIsNotTrusted() {
        client().execute(PutModelAction.INSTANCE, new PutModelAction.Request(definition("topics", "hr")))
                .actionGet();
        forbidden("it is not known who defined model [topics]", () -> train("topics", "bob", "hr"));
        await((ActionListener<Void> l) -> access.requireDefinerReads(stored("topics"), l));
    }
}
