/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.junit.Test;

public final class DeviceChoiceTests {

    @Test
    public void readsWhatOperatorsWrite() {
        assertSame(DeviceChoice.AUTO, DeviceChoice.parse("auto"));
        assertSame(DeviceChoice.CPU, DeviceChoice.parse("cpu"));
        DeviceChoice third = DeviceChoice.parse("gpu:3");
        assertThat(third.gpu(), equalTo(3));
        assertThat(third.allowsGpu(), equalTo(true));
        assertThat(third.toString(), equalTo("gpu:3"));
        assertThat(DeviceChoice.AUTO.allowsGpu(), equalTo(true));
        assertThat(DeviceChoice.AUTO.gpu(), equalTo(-1));
        assertThat(DeviceChoice.CPU.allowsGpu(), equalTo(false));
    }

    @Test
    public void refusesTheRestAndNamesIt() {
        for (String bad : List.of("", "gpu", "gpu:", "gpu:-1", "gpu:1000", "GPU:0", "cuda:0", "gpu:0,gpu:1", "auto ")) {
            IllegalArgumentException e =
                    assertThrows(bad, IllegalArgumentException.class, () -> DeviceChoice.parse(bad));
            assertThat(e.getMessage(), containsString("[plugins.latent.engine.device] is [" + bad + "]"));
            assertThat(e.getMessage(), containsString("[auto], [cpu] or [gpu:N]"));
        }
    }
}
