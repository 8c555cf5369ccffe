/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import static org.hamcrest.Matchers.equalTo;

import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.test.OpenSearchTestCase;

/** Reading and passing on what the security plugin tells of a user. */
public class DefinerTests extends OpenSearchTestCase {

    private static Definer of(String info) {
        ThreadContext context = new ThreadContext(Settings.EMPTY);
        if (info != null) {
            context.putTransient(Definer.USER_INFO, info);
        }
        return Definer.of(context);
    }

    public void testOf() {
        assertNull("no security plugin, or an administrator's certificate", of(null));
        assertThat(of("ann|staff,all|reader,latent|tenant"), equalTo(new Definer("ann", List.of("reader", "latent"))));
        assertThat(of("ann||"), equalTo(new Definer("ann", List.of())));
        assertThat(of("a\\|b||reader|"), equalTo(new Definer("a|b", List.of("reader"))));
    }

    public void testInject() {
        ThreadContext context = new ThreadContext(Settings.EMPTY);
        new Definer("ann", List.of("reader", "latent")).inject(context);
        assertThat(context.getTransient("opendistro_security_injected_roles"), equalTo("ann|reader,latent"));
        assertThrows(
                "a part of the name must not be taken for a role",
                IllegalArgumentException.class,
                () -> new Definer("a|all_access", List.of()).inject(new ThreadContext(Settings.EMPTY)));
    }
}
