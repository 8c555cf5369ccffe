/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.VaeOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opensearch.test.OpenSearchTestCase;

/**
 * The records of {@code text}, {@code vae} and {@code cluster} check their own values, since those packages stand
 * alone. The bounds of their JSON form, which the documentation shows, are the same.
 */
public class OptionBoundsTests extends OpenSearchTestCase {

    /** A row of an option table whose values are a range. */
    private static final Pattern RANGE = Pattern.compile(
            "^\\| `([a-z_]+)` \\|[^|]*\\| (?:`auto` or )?([0-9.,]+) to ([0-9.,]+) \\|", Pattern.MULTILINE);

    public void testDocumentedBoundsAreThoseOfTheRecords() throws ReflectiveOperationException {
        assertThat(compare(VaeOptionsJson.VAE, VaeOptions.DEFAULTS), greaterThanOrEqualTo(12));
        assertThat(compare(OptionsJson.TEXT, TextOptions.DEFAULTS), greaterThanOrEqualTo(2));
        assertThat(compare(OptionsJson.CLUSTERS, ClusterOptions.DEFAULTS), greaterThanOrEqualTo(1));
    }

    /** @return the number of ranges compared */
    private static <R extends Record> int compare(OptionGroup<R> group, R defaults)
            throws ReflectiveOperationException {
        Matcher rows = RANGE.matcher(group.table());
        int compared = 0;
        for (; rows.find(); compared++) {
            String key = rows.group(1);
            double least = number(rows.group(2));
            double most = number(rows.group(3));
            boolean whole = component(defaults, key).getType() == int.class;
            double step = whole ? 1 : 1e-9;
            assertTrue(key + " takes " + least, takes(defaults, key, least));
            assertTrue(key + " takes " + most, takes(defaults, key, most));
            assertFalse(key + " takes no more than " + most, takes(defaults, key, most + step));
            // the records write "auto" as 0, which is below these bounds
            boolean auto = rows.group().contains("`auto` or 1 to");
            assertEquals(key + " takes less than " + least, auto, takes(defaults, key, least - step));
        }
        return compared;
    }

    /** Whether the record accepts the value for one component. */
    private static <R extends Record> boolean takes(R record, String key, double value)
            throws ReflectiveOperationException {
        RecordComponent[] components = record.getClass().getRecordComponents();
        String name = component(record, key).getName();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = components[i].getAccessor().invoke(record);
            if (components[i].getName().equals(name)) {
                values[i] = components[i].getType() == int.class ? (Object) (int) value : (Object) value;
            }
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            record.getClass().getDeclaredConstructor(types).newInstance(values);
            return true;
        } catch (InvocationTargetException e) {
            assertTrue(e.getCause().toString(), e.getCause().getMessage().contains(key));
            return false;
        }
    }

    private static RecordComponent component(Record record, String key) {
        return Arrays.stream(record.getClass().getRecordComponents())
                .filter(each -> each.getName()
                        .replaceAll("([A-Z])", "_$1")
                        .toLowerCase(Locale.ROOT)
                        .equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static double number(String shown) {
        return Double.parseDouble(shown.replace(",", ""));
    }
}
