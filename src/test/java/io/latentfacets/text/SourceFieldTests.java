/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import org.junit.Test;

public final class SourceFieldTests {
    @Test
    public void testNotationThereAndBack() {
        for (String text : new String[] {"title", "title^2", "a.b^0.5", "body^1000"}) {
            assertThat(SourceField.parse(text).toString(), equalTo(text));
        }
        assertThat(SourceField.parse("title^2"), equalTo(new SourceField("title", 2)));
        assertThat(SourceField.parse("title^1").toString(), equalTo("title"));
    }

    @Test
    public void testRefusesWhatIsNoWeight() {
        for (String bad :
                new String[] {"title^0", "title^-1", "title^x", "title^", "title^NaN", "title^Infinity", "title^1001"
                }) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> SourceField.parse(bad));
            assertThat(e.getMessage(), containsString("[source.fields] weight must be"));
        }
        for (String bad : new String[] {"", "^2", "  "}) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> SourceField.parse(bad));
            assertThat(e.getMessage(), containsString("[source.fields] must name a field"));
        }
    }
}
