/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.util.Arrays;
import java.util.List;
import org.opensearch.common.util.concurrent.ThreadContext;

/**
 * The user who defined a model, as the security plugin knew him then. Immutable.
 *
 * @param name the user's name
 * @param roles the user's security roles at that time
 */
public record Definer(String name, List<String> roles) {

    /** The transient in which the security plugin tells other plugins of the user. */
    static final String USER_INFO = "_opendistro_security_user_info";

    /** The transient in which the security plugin accepts a user's name and roles from another plugin. */
    private static final String INJECTED = "opendistro_security_injected_roles";

    private static final String SEPARATOR = "|";

    public Definer {
        roles = List.copyOf(roles);
    }

    /** The user of a thread; null without the security plugin, or for an administrator's certificate. */
    public static Definer of(ThreadContext context) {
        Object info = context.getTransient(USER_INFO);
        if (!(info instanceof String text) || text.isEmpty()) {
            return null;
        }
        // name|backend roles|roles|tenant…; the security plugin escapes a separator in a name with a backslash
        String[] parts = text.split("(?<!\\\\)\\|", -1);
        String name = parts[0].replace("\\" + SEPARATOR, SEPARATOR);
        String roles = parts.length > 2 ? parts[2] : "";
        return new Definer(
                name,
                Arrays.stream(roles.split(",")).filter(role -> !role.isEmpty()).toList());
    }

    /**
     * Fails unless {@link #inject} can pass this user on.
     *
     * @throws IllegalArgumentException naming what stands in the way
     */
    public void requireInjectable() {
        if (name.contains(SEPARATOR)) {
            throw new IllegalArgumentException("the user name [" + name + "] has a [" + SEPARATOR
                    + "], with which no request can be made for the user");
        }
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("the user [" + name + "] has no role to make a request with");
        }
    }

    /**
     * Lets the requests of a stashed thread context run with this user's roles, if the security plugin is there.
     *
     * @throws IllegalArgumentException if the name has a character that cannot be passed on, or if there is no role:
     *     the security plugin would take a request without a role for one of the node itself
     */
    public void inject(ThreadContext stashed) {
        requireInjectable();
        stashed.putTransient(INJECTED, name + SEPARATOR + String.join(",", roles));
    }
}
