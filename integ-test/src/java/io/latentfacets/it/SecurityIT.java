/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertEquals;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * The plugin beside the security plugin, on two nodes: the store works with the plugin's own identity, and every call
 * does for every kind of user what {@code docs/security.md} says. The roles are those of that document, too.
 *
 * <p>{@code mvn verify -DskipUnitTests -Dit.test=SecurityIT -Dlatent.security.write=true} writes the table.
 */
public final class SecurityIT {
    private static TestCluster cluster;
    private static Security security;
    private static Permissions permissions;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void start() throws Exception {
        security = Security.of("security");
        cluster = security.secure(TestCluster.builder("security").nodes(2), SecurityDoc.roles(), Permissions.users())
                .start();
        permissions = new Permissions(cluster, security);
        permissions.prepare();
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Rest as(String user) {
        return cluster.rest().as(security.authorization(user));
    }

    @Test
    public void everybodyMayWhatTheDocumentSays() throws Exception {
        String table = permissions.table();
        if (Boolean.getBoolean("latent.security.write")) {
            SecurityDoc.write(table);
        } else {
            assertEquals("docs/security.md is not what happens, see SecurityIT", SecurityDoc.table(), table);
        }
    }

    @Test
    public void theTableHasEveryEndpoint() throws Exception {
        assertThat(new TreeSet<>(permissions.endpoints()), equalTo(new TreeSet<>(SecurityDoc.specifications())));
    }

    @Test
    public void nobodyGetsInWithoutAPassword() {
        assertThat(cluster.rest().as(null).get(Latent.BASE + "/models").status(), equalTo(401));
        assertThat(
                cluster.rest()
                        .as("Basic YWRtaW46YWRtaW4=")
                        .get(Latent.BASE + "/models")
                        .status(),
                equalTo(401));
    }

    /** Both nodes read what either has written: put, train, facets, train again, roll back, delete. */
    @Test
    public void aModelLivesItsLifeOnBothNodes() {
        SecureLife.run(cluster, "news-life", "life");
    }

    /** A training that may not read its documents is refused, and leaves the model free for others. */
    @Test
    public void aRefusedTrainingLeavesTheModelFree() {
        Rest rest = cluster.rest();
        Latent.createModel(rest, "refused", Latent.definition("alice", 2, 1));
        Rest.Response refused = as("trainer").post(Latent.BASE + "/models/refused/_train?wait_for_completion=true");
        assertThat(refused.status(), equalTo(403));
        assertThat(Latent.model(rest, "refused").stringAt("state"), equalTo("created"));
        Latent.createModel(rest, "refused", Latent.definition("news", 2, 1));
        Latent.train(as("trainer"), "refused");
        rest.delete(Latent.BASE + "/models/refused?force=true").ok();
    }

    /** A schedule learns from what its definer may see, and from nothing else, on whichever node it runs. */
    @Test
    public void aScheduleHasTheRightsOfItsDefiner() {
        Rest rest = cluster.rest();
        int visible = as("documents").get("/news/_count").ok().intAt("count");
        int all = rest.get("/news/_count").ok().intAt("count");
        assertThat(all, greaterThan(visible));
        int learnedByAll = learnedByASchedule("trainer");
        int learnedBySome = learnedByASchedule("documents");
        assertThat("all documents with text", learnedByAll, greaterThan(visible));
        assertThat("only what he sees", learnedBySome, lessThanOrEqualTo(visible));
        for (String model : List.of("scheduled-documents", "scheduled-trainer")) {
            rest.delete(Latent.BASE + "/models/" + model + "?force=true").ok();
        }
    }

    /** The number of documents from which a user's schedule learns. */
    private static int learnedByASchedule(String user) {
        Rest rest = cluster.rest();
        String model = "scheduled-" + user;
        createSchedule(user, model, "news");
        Await.until(
                Duration.ofMinutes(2),
                "runs of " + model,
                () -> schedule(model).listAt("runs").size() > 1);
        rest.post(Latent.BASE + "/models/" + model + "/_refresh/_pause").ok();
        assertThat(schedule(model).stringAt("definer"), equalTo(user));
        return Latent.model(rest, model).intAt("generations.0.documents");
    }

    /**
     * Two models of two users. An index that comes to match the pattern of one, and that he may not read, makes his
     * runs refused; nothing is read for him, and the other's schedule goes on.
     */
    @Test
    public void aScheduleNeverReadsTheIndexOfSomebodyElse() {
        Rest rest = cluster.rest();
        Latent.createIndex(cluster, "owner", 120, 1, 0);
        List<String> models = List.of("scheduled-owner", "scheduled-news");
        createSchedule("owner", models.get(0), "owner*");
        createSchedule("trainer", models.get(1), "news");
        models.forEach(model -> awaitRun(model, "success"));
        int learned = Latent.model(rest, models.get(0)).intAt("generations.0.documents");
        Map<String, Object> secrets = new LinkedHashMap<>();
        for (int i = 0; i < 300; i++) {
            secrets.put(
                    "secret-" + i, Map.of("title", "contraband smuggler", "body", "contraband smuggler hideout " + i));
        }
        rest.put("/owner-of-secrets", Map.of("mappings", TopicCorpus.MAPPINGS)).ok();
        rest.bulk("/owner-of-secrets/_bulk?refresh=true", secrets);
        Rest.Response refused = awaitRun(models.get(0), "refused");
        assertThat(refused.stringAt("runs.0.message"), containsString("no permissions for [indices:data/read/search]"));
        String since = schedule(models.get(1)).stringAt("runs.0.start");
        Await.until(
                Duration.ofMinutes(1),
                "a later run of the other user's schedule",
                () -> !since.equals(schedule(models.get(1)).stringAt("runs.0.start")));
        assertThat(schedule(models.get(1)).stringAt("runs.0.verdict"), equalTo("skipped"));
        Rest.Response model = Latent.model(rest, models.get(0));
        assertThat(model.intAt("active_generation"), equalTo(1));
        assertThat(model.intAt("generations.0.documents"), equalTo(learned));
        assertThat(
                rest.get(Latent.BASE + "/models/" + models.get(0) + "/clusters")
                        .ok()
                        .at("")
                        .toString(),
                not(containsString("contraband")));
        models.forEach(each ->
                rest.delete(Latent.BASE + "/models/" + each + "?force=true").ok());
        rest.delete("/owner,owner-of-secrets").ok();
    }

    private static void createSchedule(String user, String model, String source) {
        Map<String, Object> definition = Latent.definition(source, 2, 2);
        definition.put("refresh", Map.of("interval", "1s"));
        Latent.createModel(as(user), model, definition);
    }

    private static Rest.Response schedule(String model) {
        return cluster.rest()
                .get(Latent.BASE + "/models/" + model + "/_refresh")
                .ok();
    }

    /** Waits until one of the last runs has ended so. */
    private static Rest.Response awaitRun(String model, String verdict) {
        Await.until(
                Duration.ofMinutes(2),
                "a run of " + model + " that ends as " + verdict,
                () -> schedule(model).listAt("runs").stream()
                        .anyMatch(run -> verdict.equals(((Map<?, ?>) run).get("verdict"))));
        return schedule(model);
    }

    /** Reading a model needs one permission while it trains, too; the progress is for those who may see tasks. */
    @Test
    public void aTrainingModelIsReadWithoutThePermissionOnTasks() {
        Rest rest = cluster.rest();
        Latent.createModel(rest, "slow", Latent.definition("news", 4, 5000));
        rest.post(Latent.BASE + "/models/slow/_train").ok();
        try {
            for (String path : List.of("/models/slow", "/models", "/models/sl*")) {
                as("reader").get(Latent.BASE + path).ok();
            }
            Rest.Response seen = as("reader").get(Latent.BASE + "/models/slow").ok();
            assertThat(seen.stringAt("state"), equalTo("training"));
            assertThat(seen.at("training"), nullValue());
            Await.until(
                    Duration.ofMinutes(1),
                    "progress",
                    () -> as("trainer").get(Latent.BASE + "/models/slow").at("training.phase") != null);
        } finally {
            as("trainer").delete(Latent.BASE + "/models/slow?force=true").ok();
        }
        assertThat(rest.get(Latent.BASE + "/models/slow").status(), equalTo(404));
    }

    /** Whoever may delete models and not cancel tasks learns so at once; the model goes on training. */
    @Test
    public void aForcedDeletionWithoutThePermissionToCancelIsRefused() {
        Rest rest = cluster.rest();
        Latent.createModel(rest, "kept", Latent.definition("news", 4, 5000));
        rest.post(Latent.BASE + "/models/kept/_train").ok();
        try {
            Rest.Response refused = as("deleter").delete(Latent.BASE + "/models/kept?force=true");
            assertThat(refused.text(), refused.status(), equalTo(403));
            assertThat(refused.text(), containsString("cluster:admin/tasks/cancel"));
            assertThat(Latent.model(rest, "kept").stringAt("state"), equalTo("training"));
        } finally {
            rest.delete(Latent.BASE + "/models/kept?force=true").ok();
        }
    }

    @Test
    public void whatFacetsCountIsWhatTheCallerSees() {
        Rest.Response all = as("reader").get("/news/_latent/facets?size=0").ok();
        Rest.Response some = as("documents").get("/news/_latent/facets?size=0").ok();
        int visible = as("documents").get("/news/_count").ok().intAt("count");
        assertThat(some.intAt("hits.total.value"), equalTo(visible));
        assertThat(all.intAt("hits.total.value"), greaterThan(visible));
        assertThat(counted(some), equalTo(visible));
    }

    /** An example that the caller may not see is one that does not exist, alone and among others. */
    @Test
    public void examplesThatTheCallerMayNotSeeDoNotExist() {
        Rest admin = as("admin");
        Set<String> seen = new TreeSet<>(ids(as("documents")));
        String hidden =
                ids(admin).stream().filter(id -> !seen.contains(id)).findFirst().orElseThrow();
        String visible = seen.iterator().next();
        for (String form : List.of(
                "\"like\":{\"_index\":\"news\",\"_id\":\"%s\"}",
                "\"like\":[{\"_id\":\"" + visible + "\"},{\"_id\":\"%s\"}]",
                "\"like\":[{\"_id\":\"" + visible + "\"}],\"unlike\":{\"_id\":\"%s\"}",
                "\"like\":[{\"_id\":\"" + visible + "\"},{\"_id\":\"%s\"}],\"diversity\":0.5")) {
            Rest.Response unseen = neighbors(as("documents"), form, hidden);
            Rest.Response missing = neighbors(as("documents"), form, "no-such-document");
            assertThat(form + unseen, unseen.status(), equalTo(404));
            assertThat(
                    unseen.text().replace(hidden, "id"), equalTo(missing.text().replace("no-such-document", "id")));
            assertThat(form, neighbors(as("documents"), form, visible).status(), equalTo(200));
            assertThat(form, neighbors(admin, form, hidden).status(), equalTo(200));
        }
        Rest.Response found = neighbors(as("documents"), "\"diversity\":0.5,\"like\":[{\"_id\":\"%s\"}]", visible);
        for (Object hit : found.ok().listAt("hits.hits")) {
            assertThat(seen.contains((String) ((Map<?, ?>) hit).get("_id")), equalTo(true));
        }
    }

    private static List<String> ids(Rest rest) {
        return rest
                .post(
                        "/news/_search",
                        "{\"size\":10000,\"_source\":false,\"query\":{\"exists\":{\"field\":\"latent\"}}}")
                .ok()
                .listAt("hits.hits")
                .stream()
                .map(hit -> (String) ((Map<?, ?>) hit).get("_id"))
                .toList();
    }

    private static Rest.Response neighbors(Rest rest, String form, String id) {
        return rest.post(
                "/news/_search",
                "{\"query\":{\"latent_neighbors\":{\"field\":\"latent\"," + form.replace("%s", id) + "}}}");
    }

    private static int counted(Rest.Response facets) {
        int documents = facets.intAt("facets.unassigned");
        for (Object cluster : facets.listAt("facets.clusters")) {
            documents += ((Number) ((Map<?, ?>) cluster).get("count")).intValue();
        }
        return documents;
    }

    @Test
    public void theLogsAreQuiet() {
        assertThat(
                cluster.alarmingLines().stream()
                        .filter(line -> line.contains("latent"))
                        .toList(),
                empty());
        for (int node = 0; node < cluster.size(); node++) {
            assertThat(
                    "refusals of the plugin itself",
                    cluster.logLines(node).stream()
                            .filter(line -> line.contains("for User [name=plugin:io.latentfacets"))
                            .toList(),
                    empty());
        }
    }
}
