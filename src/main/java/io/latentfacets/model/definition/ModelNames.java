/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.strict.StrictMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.common.regex.Regex;

/** Checks the names of models, and resolves lists of names and wildcards. */
public final class ModelNames {

    static final int MAX_LENGTH = 100;

    private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9._-]*");

    private ModelNames() {}

    /**
     * Checks the name of a new model.
     *
     * @throws IllegalArgumentException if the name is too long or has other characters; the message names the bound
     */
    public static void validate(String name) {
        validate("model", name);
    }

    /**
     * Checks the name of something new by the rules for models.
     *
     * @param what what has the name, for the message
     */
    public static void validate(String what, String name) {
        if (name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("[" + what + "] must have at most " + MAX_LENGTH + " characters, not "
                    + name.length() + ": " + StrictMap.shown(name));
        }
        if (!VALID.matcher(name).matches()) {
            throw new IllegalArgumentException("[" + what
                    + "] must begin with a lowercase letter or a digit and go on with those, '-', '_' and '.': "
                    + name);
        }
    }

    /** Whether an expression may match several models or none, as opposed to a plain name, which must exist. */
    public static boolean isPattern(String expression) {
        return expression.equals("_all") || Regex.isSimpleMatchPattern(expression);
    }

    /**
     * The models that a comma-separated list of names and wildcards matches, sorted by name.
     *
     * @param expressions the list; {@code _all} matches every model
     * @param existing the names of all models
     * @throws org.opensearch.ResourceNotFoundException for a plain name that does not exist
     */
    public static Set<String> resolve(String expressions, Set<String> existing) {
        Set<String> resolved = new TreeSet<>();
        for (String expression : expressions.split(",", -1)) {
            if (isPattern(expression)) {
                String pattern = expression.equals("_all") ? "*" : expression;
                existing.stream()
                        .filter(name -> Regex.simpleMatch(pattern, name))
                        .forEach(resolved::add);
            } else if (existing.contains(expression)) {
                resolved.add(expression);
            } else {
                throw unknown(expression);
            }
        }
        return resolved;
    }

    /** The 404 for a name that no model has. */
    public static ResourceNotFoundException unknown(String name) {
        return new ResourceNotFoundException("no model [{}]", name);
    }
}
