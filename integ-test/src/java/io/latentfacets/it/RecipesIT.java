/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/**
 * Runs the pages of {@code docs/recipes} in a shell, all blocks of a page from top to bottom, exactly as they are
 * written. Only the port differs. The tests bring the documents that a page says its reader has.
 */
public final class RecipesIT {
    private static final int DOCUMENTS = 500;
    private static final Pattern BLOCK = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);

    private final TestCluster cluster = TestCluster.shared(2);
    private final Rest rest = cluster.rest();

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @After
    public void cleanUp() {
        rest.delete("/_search/pipeline/related");
        for (String[] each : new String[][] {
            {"newsroom", "news"},
            {"desk", "tickets"},
            {"stream", "posts"},
            {"catalogue", "products"},
            {"archive", "archive"},
            {"archive-de", "archive"}
        }) {
            Latent.cleanUp(rest, each[0], each[1]);
        }
    }

    /** Pastes all blocks of a recipe into one shell. */
    private String run(String recipe) throws IOException, InterruptedException {
        Path page = Path.of(System.getProperty("latent.project.dir", "."), "docs", "recipes", recipe + ".md");
        StringBuilder commands = new StringBuilder();
        int blocks = 0;
        for (Matcher block = BLOCK.matcher(Files.readString(page)); block.find(); blocks++) {
            commands.append(block.group(1));
        }
        assertThat(recipe, blocks, greaterThan(3));
        String output = ReadmeIT.paste(commands.toString(), cluster);
        assertThat(output, not(containsString("\"error\"")));
        assertThat(output, not(containsString("Unterminated")));
        return output;
    }

    private void index(String index, Map<String, ?> fields, Map<String, Object> documents) {
        rest.put(
                        "/" + index,
                        Map.of("settings", Map.of("number_of_shards", 2), "mappings", Map.of("properties", fields)))
                .ok();
        cluster.awaitGreen(index);
        rest.bulk("/" + index + "/_bulk?refresh=true", documents);
    }

    private static final Map<String, String> TEXT = Map.of("type", "text");
    private static final Map<String, String> KEYWORD = Map.of("type", "keyword");
    private static final Map<String, String> DATE = Map.of("type", "date");

    /** A sentence of words of a subject and everyday ones, which a reader's text would be. */
    private static Map<?, ?> text(int i) {
        return (Map<?, ?>) TopicCorpus.documents(i, i + 1).get(Integer.toString(i));
    }

    private static boolean hasText(int i) {
        return text(i).containsKey("body");
    }

    private static String sentence(int i, String field) {
        String words = text(i).get(field).toString();
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }

    @Test
    public void aNewsSite() throws Exception {
        Map<String, Object> articles = new LinkedHashMap<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            if (hasText(i)) {
                String subject = text(i).get("subject").toString();
                articles.put(
                        Integer.toString(i),
                        Map.of(
                                "title", sentence(i, "title"),
                                "body", sentence(i, "body"),
                                "date", text(i).get("date"),
                                "section",
                                        List.of("astronomy", "medicine").contains(subject) ? "science" : "business"));
            }
        }
        index("news", Map.of("title", TEXT, "body", TEXT, "date", DATE, "section", KEYWORD), articles);
        String output = run("news");
        assertThat(output, containsString("\"trends\" : ["));
        assertThat(output, containsString("\"kept\" : 0."));
        assertThat(output, containsString("\"label\" : \"Money and health\""));
        assertThat(output, containsString("\"note\" : \"ask Kim before renaming\""));
        Rest.Response facets = rest.get("/news/_latent/facets").ok();
        assertThat(facets.listAt("facets.clusters"), is(not(empty())));
        assertThat(rest.get(Latent.BASE + "/models/newsroom/_refresh").ok().at("next_run"), notNullValue());
    }

    @Test
    public void supportTickets() throws Exception {
        Map<String, Object> tickets = new LinkedHashMap<>();
        Map<String, Integer> labelled = new LinkedHashMap<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            if (hasText(i)) {
                Map<String, Object> ticket = new LinkedHashMap<>();
                ticket.put("subject", sentence(i, "title"));
                ticket.put("text", sentence(i, "body"));
                ticket.put("created", text(i).get("date"));
                String queue = text(i).get("subject").toString();
                if (labelled.merge(queue, 1, Integer::sum) <= 10) {
                    ticket.put("queue", queue);
                }
                tickets.put(Integer.toString(i), ticket);
            }
        }
        index("tickets", Map.of("subject", TEXT, "text", TEXT, "created", DATE, "queue", KEYWORD), tickets);
        String output = run("support-tickets");
        assertThat(output, containsString("\"accuracy\" : "));
        assertThat(output, containsString("\"why\" : ["));
        assertThat(output, containsString("\"queue_predicted\":\"medicine\""));
        assertThat(output, containsString("\"advice\" : "));
    }

    @Test
    public void logsAndSocialPosts() throws Exception {
        Map<String, Object> posts = new LinkedHashMap<>();
        Instant last = Instant.parse("2026-01-10T15:00:00Z");
        for (int i = 0; i < DOCUMENTS; i++) {
            if (hasText(i)) {
                // sailing is what people write about in the last three hours
                boolean hot = text(i).get("subject").equals("sailing");
                long minutes = hot ? i % 170 : 200 + 6L * i;
                posts.put(
                        Integer.toString(i),
                        Map.of(
                                "message", sentence(i, "body"),
                                "@timestamp", last.minusSeconds(60 * minutes).toString()));
            }
        }
        index("posts", Map.of("message", TEXT, "@timestamp", DATE), posts);
        String output = run("hot-topics");
        assertThat(output, containsString("\"trend\" : \"rising\""));
        assertThat(output, containsString("\"growth\" : "));
        assertThat(output, containsString("\"half_life\""));
        assertThat(output, containsString("\"hits\" : ["));
    }

    @Test
    public void aShop() throws Exception {
        Map<String, Object> products = new LinkedHashMap<>();
        List<String> subjects = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            if (hasText(i)) {
                Map<String, Object> product = new LinkedHashMap<>();
                String subject = text(i).get("subject").toString();
                if (!subjects.contains(subject)) {
                    subjects.add(subject);
                }
                product.put("name", sentence(i, "title"));
                product.put("description", sentence(i, "body"));
                product.put("price", i % 90 + 9.9);
                product.put("in_stock", i % 5 != 0);
                if (i % 3 > 0) {
                    Random own = new Random(subjects.indexOf(subject));
                    Random noise = new Random(i);
                    List<Double> vector = new ArrayList<>();
                    for (int d = 0; d < 8; d++) {
                        vector.add(own.nextGaussian() + 0.3 * noise.nextGaussian());
                    }
                    product.put("embedding", vector);
                }
                products.put(Integer.toString(i), product);
            }
        }
        index(
                "products",
                Map.of(
                        "name", TEXT,
                        "description", TEXT,
                        "price", Map.of("type", "float"),
                        "in_stock", Map.of("type", "boolean"),
                        "embedding", Map.of("type", "float")),
                products);
        String output = run("shop");
        assertThat(output, containsString("\"buckets\" : ["));
        assertThat(output, containsString("\"latent_expand\" : {"));
        assertThat(output, containsString("\"similarity\" : "));
        Rest.Response found = rest.post(
                        "/products/_search",
                        Map.of(
                                "query",
                                Map.of(
                                        "latent_neighbors",
                                        Map.of(
                                                "field",
                                                "latent",
                                                "k",
                                                10,
                                                "like",
                                                List.of(Map.of("_id", "1")),
                                                "filter",
                                                Map.of("term", Map.of("in_stock", true))))))
                .ok();
        assertThat(found.listAt("hits.hits"), hasSize(10));
    }

    @Test
    public void aMixedLanguageArchive() throws Exception {
        Map<String, Object> texts = new LinkedHashMap<>();
        Random random = new Random(3);
        for (int i = 0; i < DOCUMENTS; i++) {
            LanguagesIT.Language language = LanguagesIT.LANGUAGES.get(i % 2);
            String[] own = language.subjects().get(i / 2 % 3).split(" ", -1);
            String[] function = language.function().split(" ", -1);
            StringBuilder text = new StringBuilder();
            for (int w = 0; w < 30; w++) {
                String[] pool = random.nextBoolean() ? own : function;
                text.append(w == 0 ? "" : " ").append(pool[random.nextInt(pool.length)]);
            }
            texts.put(
                    Integer.toString(i),
                    Map.of(
                            "text",
                            text + ".",
                            "lang",
                            language.analyzer().substring(0, 2).replace("ge", "de")));
        }
        index("archive", Map.of("text", TEXT, "lang", KEYWORD), texts);
        String output = run("languages");
        assertThat(output, containsString("\"label\" : \"Energy · Energie\""));
        assertThat(output, containsString("\"key\" : \"de\""));
        Rest.Response german = rest.post(
                        "/archive/_search",
                        "{\"size\":0,\"query\":{\"term\":{\"lang\":\"de\"}},\"aggs\":{\"subjects\":"
                                + "{\"latent_clusters\":{\"field\":\"latent_de\"}}}}")
                .ok();
        assertThat(german.listAt("aggregations.subjects.buckets"), hasSize(3));
        assertThat(german.longAt("aggregations.subjects.unassigned_doc_count"), equalTo(0L));
    }
}
