/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** The store beside the security plugin in its other ways to protect system indices; SecurityIT has the usual one. */
@RunWith(Parameterized.class)
public final class SecuritySettingsIT {
    private static final String PREFIX = "plugins.security.system_indices.";

    private final Map<String, String> settings;
    private TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    public SecuritySettingsIT(String name, Map<String, String> settings) {
        this.settings = settings;
    }

    @Parameters(name = "{0}")
    public static List<Object[]> ways() {
        return List.of(
                new Object[] {"permission", Map.of(PREFIX + "enabled", "true", PREFIX + "permission.enabled", "true")},
                new Object[] {"none", Map.of(PREFIX + "enabled", "false")});
    }

    @Test
    public void aModelLivesItsLife() throws Exception {
        Security security = Security.of("security-settings");
        TestCluster.Builder builder = security.secure(TestCluster.builder("security-settings"), "", Map.of());
        settings.forEach(builder::setting);
        try (TestCluster started = builder.start()) {
            cluster = started;
            SecureLife.run(started, "news", "topics");
        }
    }
}
