/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The options that the plugin's code defines, with their bounds, found in its classes. */
final class KnownOptions {
    private static final Pattern RANGE = Pattern.compile("(?:`auto` or )?(-?[\\d.,]+) to (-?[\\d.,]+)");
    private static final Pattern FROM = Pattern.compile("from (-?[\\d.,]+)");
    private static final Pattern CHOICE = Pattern.compile("`[^`]+`(?:, `[^`]+`)*");

    /** Integers and numbers that are out of range wherever there is a range: most of them do not fit into 64 bits. */
    private static final List<Object> FAR = List.of(
            Long.MIN_VALUE,
            BigInteger.ONE.shiftLeft(63),
            BigInteger.TEN.pow(40).negate(),
            new BigDecimal("1e300"),
            new BigDecimal("-1e300"));

    /**
     * One option.
     *
     * @param key the key in bodies
     * @param known whether the definition's text says which values are bad, so that {@code bad} has some
     * @param bad values that the option must refuse, each with a text that the message must contain
     */
    record Known(String key, boolean known, Map<Object, String> bad) {}

    private KnownOptions() {}

    /** The options of each group by the name of its field: {@code FacetOptions.OPTIONS}. */
    static Map<String, List<Known>> groups() {
        Map<String, List<Known>> groups = new TreeMap<>();
        for (JavaClass owner : new ClassFileImporter()
                .importUrl(OptionGroup.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation())) { // the plugin's classes without those of tests
            for (JavaField field : owner.getFields()) {
                if (field.getRawType().isEquivalentTo(OptionGroup.class)) {
                    List<Known> options = new ArrayList<>();
                    for (Option<?, ?> option : group(field.reflect()).options()) {
                        options.add(known(option.key(), option.type().bound()));
                    }
                    groups.put(owner.getSimpleName() + "." + field.getName(), options);
                }
            }
        }
        return groups;
    }

    private static OptionGroup<?> group(Field field) {
        try {
            field.setAccessible(true);
            return (OptionGroup<?>) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Known known(String key, String bound) {
        Map<Object, String> bad = new LinkedHashMap<>();
        Matcher range = RANGE.matcher(bound);
        Matcher from = FROM.matcher(bound);
        if (range.matches()) {
            addFar(bad);
            addNumber(bad, number(range.group(1)).subtract(BigDecimal.ONE));
            addNumber(bad, number(range.group(2)).add(BigDecimal.ONE));
        } else if (from.matches()) {
            addFar(bad);
            addNumber(bad, number(from.group(1)).subtract(BigDecimal.ONE));
        } else if (bound.equals("any integer")) {
            bad.put(BigInteger.ONE.shiftLeft(63), "9223372036854775808");
            bad.put(0.25, "0.25");
        } else if (bound.equals("true or false")) {
            bad.put(7001, "7001");
            bad.put("yes", "yes");
            bad.put("true", "true");
        } else if (CHOICE.matcher(bound).matches()) {
            bad.put("neither", "neither");
            bad.put(7002, "7002");
        }
        return new Known(key, !bad.isEmpty(), bad);
    }

    private static void addFar(Map<Object, String> bad) {
        FAR.forEach(value -> bad.put(value, shown(value)));
    }

    private static void addNumber(Map<Object, String> bad, BigDecimal number) {
        boolean whole = number.stripTrailingZeros().scale() <= 0;
        Object value = whole ? (Object) number.longValueExact() : (Object) number.doubleValue();
        bad.put(value, shown(value));
    }

    /** As the parser of the body would print the number. */
    private static String shown(Object value) {
        return value instanceof BigDecimal big ? Double.toString(big.doubleValue()) : value.toString();
    }

    private static BigDecimal number(String text) {
        return new BigDecimal(text.replace(",", ""));
    }
}
