/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;

/** A server on this machine that speaks the chat API of OpenAI, and answers what a test tells it to. */
final class ChatServer implements AutoCloseable {

    /**
     * What was asked.
     *
     * @param rules the message of the role {@code system}
     * @param data the message of the role {@code user}
     */
    record Question(String rules, String data) {
        /** The cluster that the question describes, as JSON. */
        Map<String, Object> cluster() {
            return XContentHelper.convertToMap(
                            new BytesArray(data.substring(data.indexOf('{'))), true, MediaTypeRegistry.JSON)
                    .v2();
        }

        /** The best term of the cluster. */
        String term() {
            return ((List<?>) ((Map<?, ?>) cluster().get("cluster")).get("terms"))
                    .get(0)
                    .toString();
        }
    }

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param body the whole body
     */
    record Reply(int status, String body) {
        /** A message of an assistant. */
        static Reply of(String text) {
            return new Reply(
                    200,
                    Rest.json(Map.of(
                            "id",
                            "chat-1",
                            "choices",
                            List.of(Map.of("index", 0, "message", Map.of("role", "assistant", "content", text))))));
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Question> questions = new CopyOnWriteArrayList<>();
    private volatile Function<Question, Reply> answers = question -> Reply.of(question.term());

    ChatServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/chat/completions";
    }

    /** Answers all questions from now on by a function, and forgets those so far. */
    void answer(Function<Question, Reply> function) {
        answers = function;
        questions.clear();
    }

    /** The questions since {@link #answer(Function)}. */
    List<Question> questions() {
        return List.copyOf(questions);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, Object> request = XContentHelper.convertToMap(
                            new BytesArray(body), true, MediaTypeRegistry.JSON)
                    .v2();
            List<?> messages = (List<?>) request.get("messages");
            Question question = new Question(content(messages.get(0)), content(messages.get(messages.size() - 1)));
            questions.add(question);
            Reply reply = answers.apply(question);
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String content(Object message) {
        return ((Map<?, ?>) message).get("content").toString();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
