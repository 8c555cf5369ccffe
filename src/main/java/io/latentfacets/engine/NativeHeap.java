/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.engine;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The native heap of the process. The C library keeps what the engine frees for the next time, hundreds of megabytes
 * after a training; the JVM has a command that gives it back. Stateless and thread-safe.
 */
public final class NativeHeap {

    private static final Logger logger = LogManager.getLogger(NativeHeap.class);

    private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";

    private NativeHeap() {}

    /**
     * Gives free native memory back to the system, if this JVM can (HotSpot on Linux with glibc). Takes milliseconds to
     * tens of them. Does not throw.
     */
    public static void trim() {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            Object[] arguments = {new String[0]};
            String[] signature = {String[].class.getName()};
            server.invoke(new ObjectName(COMMANDS), "systemTrimNativeHeap", arguments, signature);
        } catch (JMException | RuntimeException e) {
            logger.debug("this JVM cannot trim the native heap", e);
        }
    }
}
