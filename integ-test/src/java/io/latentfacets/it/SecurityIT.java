/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

public final class SecurityIT {
    private static TestCluster cluster;
    private static Security security;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void start() throws Exception {
        Path home = ServerHome.withSecurity(System.getProperty("latent.security.version", "3.4.0"));
        security = new Security(home, Path.of(System.getProperty("latent.integ.dir", "target/integ"), "security-conf"));
        long t = System.nanoTime();
        cluster = security.secure(TestCluster.builder("security").nodes(2), "", Map.of("alice", List.of("own_index")))
                .start();
        System.out.println("start " + (System.nanoTime() - t) / 1e9);
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    public void life() {
        Rest rest = cluster.rest();
        Latent.createIndex(cluster, "news", 300, 1, 1);
        Latent.createModel(rest, "topics", Latent.definition("news", 4, 3));
        Latent.train(rest, "topics");
        Latent.attach(rest, "topics", "news");
        System.out.println(Latent.model(rest, "topics").text());
        System.out.println(rest.get("/news/_latent/facets").text());
        System.out.println(rest.as(security.authorization("alice"))
                .get("/news/_latent/facets")
                .text());
        assertThat(rest.as(null).get("/").status(), equalTo(401));
    }
}
