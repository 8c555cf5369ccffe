/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.arithmetic;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** Asks HotSpot for its options. */
final class VmOptions {
    private VmOptions() {}

    /** Whether an option of this JVM is on. False where nobody can tell: it has no such option, bean or module. */
    static boolean isSet(String name) {
        try {
            return Boolean.parseBoolean(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption(name)
                    .getValue());
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }
}
