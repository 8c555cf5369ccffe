/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import java.util.Map;

/** The life of a model from its definition to its deletion, as a check that the store works on a cluster. */
final class SecureLife {

    private SecureLife() {}

    /**
     * Runs it: put, train, attach, facets, train again, roll back, relabel, export, import, delete. Successive calls go
     * to successive nodes. Deletes what it made.
     */
    static void run(TestCluster cluster, String index, String model) {
        Rest first = cluster.rest(0);
        Rest second = cluster.rest(cluster.size() - 1);
        String path = Latent.BASE + "/models/" + model;
        Latent.createIndex(cluster, index, 300, 1, 0);
        Latent.createModel(first, model, Latent.definition(index, 4, 2));
        Latent.train(second, model);
        Latent.attach(first, model, index);
        assertThat(facets(second, index), greaterThan(0));
        Latent.train(first, model);
        assertThat(Latent.model(second, model).intAt("active_generation"), equalTo(2));
        assertThat(Latent.model(second, model).listAt("generations"), hasSize(2));
        first.post(path + "/_activate", "{\"generation\":1}").ok();
        Latent.train(second, model); // sweeps what earlier trainings left behind, and rolls forward
        assertThat(Latent.model(first, model).intAt("active_generation"), equalTo(3));
        assertThat(facets(first, index), greaterThan(0));
        String key = first.get(path + "/clusters?sentences=false").ok().stringAt("0.key");
        second.put(path + "/clusters/" + key, "{\"label\":\"Mine\"}").ok();
        assertThat(first.get(path + "/clusters/" + key).ok().stringAt("custom_label"), equalTo("Mine"));
        Map<String, Object> archive = first.get(path + "/_export").ok().mapAt("");
        second.put(Latent.BASE + "/models/" + model + "-copy/_import", archive).ok();
        assertThat(first.get(Latent.BASE + "/models").ok().text(), not(equalTo("[]")));
        for (String gone : new String[] {model, model + "-copy"}) {
            second.delete(Latent.BASE + "/models/" + gone + "?force=true").ok();
            first.get(Latent.BASE + "/models/" + gone).expect(404);
        }
        first.delete("/" + index).ok();
        first.delete("/_ingest/pipeline/" + model).ok();
    }

    private static int facets(Rest rest, String index) {
        return rest.get("/" + index + "/_latent/facets?size=0")
                .ok()
                .listAt("facets.clusters")
                .size();
    }
}
