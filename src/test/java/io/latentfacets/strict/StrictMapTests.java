/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.either;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.SearchModule;
import org.opensearch.test.OpenSearchTestCase;

/** Which values the reader of all bodies accepts, and its messages about the others. */
public class StrictMapTests extends OpenSearchTestCase {

    private StrictMap body(String json) throws IOException {
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, json.replace('\'', '"'))) {
            return StrictMap.parse(parser);
        }
    }

    private static void refused(String message, Runnable read) {
        assertThat(expectThrows(IllegalArgumentException.class, read::run).getMessage(), equalTo(message));
    }

    public void testWhatTheParserCannotRead() {
        String deep = "{'a':" + "[".repeat(2000) + "]".repeat(2000) + "}";
        String message =
                expectThrows(IllegalArgumentException.class, () -> body(deep)).getMessage();
        assertThat(message, allOf(startsWith("the body cannot be read: "), containsString("nesting depth")));
        String longName = "{'" + "a".repeat(70_000) + "':1}";
        message = expectThrows(IllegalArgumentException.class, () -> body(longName))
                .getMessage();
        assertThat(message, allOf(startsWith("the body cannot be read: "), containsString("Name length")));
    }

    public void testAQueryWithAnArrayForAValue() throws IOException {
        NamedXContentRegistry queries =
                new NamedXContentRegistry(new SearchModule(Settings.EMPTY, List.of()).getNamedXContents());
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                queries, DeprecationHandler.IGNORE_DEPRECATIONS, "{\"query\":{\"match\":{\"body\":[7]}}}")) {
            StrictMap body = StrictMap.parse(parser);
            String message = expectThrows(IllegalArgumentException.class, () -> body.query("query"))
                    .getMessage();
            assertThat(message, startsWith("[query] must be a query: {match={body=[7]}}: "));
        }
    }

    public void testIntegers() throws IOException {
        StrictMap body = body("{'a':5,'b':5.0,'c':9223372036854775807,'d':9223372036854775808,'e':1e300,'f':1e400,"
                + "'g':'NaN','h':5.5,'i':-9223372036854775808,'j':9.3e18,'k':null}");
        assertThat(body.integer("a", 1, 9, 0), equalTo(5));
        assertThat(body.integer("b", 1, 9, 0), equalTo(5));
        assertThat(body.integer("k", 1, 9, 7), equalTo(7));
        assertThat(body.integer("c", 0L, Long.MAX_VALUE, 0L), equalTo(Long.MAX_VALUE));
        assertThat(body.integer("i", Long.MIN_VALUE, 0L, 0L), equalTo(Long.MIN_VALUE));
        refused("[c] must be in [1, 9]: 9223372036854775807", () -> body.integer("c", 1, 9, 0));
        refused("[d] must be in [1, 9]: 9223372036854775808", () -> body.integer("d", 1, 9, 0));
        refused(
                "[d] must be in [-9223372036854775808, 9223372036854775807]: 9223372036854775808",
                () -> body.integer("d", Long.MIN_VALUE, Long.MAX_VALUE, 0L));
        refused("[e] must be in [1, 9]: 1.0E300", () -> body.integer("e", 1, 9, 0));
        refused("[f] must be in [1, 9]: Infinity", () -> body.integer("f", 1, 9, 0));
        refused("[g] must be an integer in [1, 9]: \"NaN\"", () -> body.integer("g", 1, 9, 0));
        refused("[h] must be in [1, 9]: 5.5", () -> body.integer("h", 1, 9, 0));
        refused(
                "[j] must be in [-9223372036854775808, 9223372036854775807]: 9.3E18",
                () -> body.integer("j", Long.MIN_VALUE, Long.MAX_VALUE, 0L));
        refused("[d] must be a list of integers in [1, 9]: 9223372036854775808", () -> body.integers("d", 1, 9, null));
    }

    public void testNumbers() throws IOException {
        StrictMap body = body("{'a':1,'d':9223372036854775808,'e':1e300,'f':1e400,'g':'NaN'}");
        assertThat(body.number("a", 0, 1, 0), equalTo(1.0));
        refused("[d] must be in [0.0, 1.0]: 9223372036854775808", () -> body.number("d", 0, 1, 0));
        refused("[e] must be in [0.0, 1.0]: 1.0E300", () -> body.number("e", 0, 1, 0));
        refused("[f] must be in [0.0, 1.0]: Infinity", () -> body.number("f", 0, 1, 0));
        refused("[g] must be a number in [0.0, 1.0]: \"NaN\"", () -> body.number("g", 0, 1, 0));
        refused("[f] must be a number: Infinity", () -> body.number("f", 0));
    }

    public void testAKeyIsNamedWithItsPathAndWhatItIsOf() {
        StrictMap part =
                StrictMap.of("my query", Map.of("like", Map.of("id", 7))).map("like");
        refused("[like.id] of [my query] must be a non-empty string: 7", () -> part.string("id"));
        refused("[like.index] of [my query] is required; given is [id]", () -> part.string("index"));
        StrictMap other = new StrictMap(Map.of("sise", "x"), "text");
        other.has("size");
        refused("unknown key [text.sise] with value \"x\", must be one of [size]", other::noOtherKeys);
    }

    /** Errors in a part of a search carry line and column, as core's do. */
    public void testAPlaceInASearch() throws IOException {
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, "\n  {\"k\":0}")) {
            parser.nextToken();
            StrictMap query = StrictMap.of("my query", parser);
            assertThat(parser.currentToken(), equalTo(XContentParser.Token.END_OBJECT));
            ParsingException e = expectThrows(ParsingException.class, () -> query.integer("k", 1, 9, 0));
            assertThat(e.getMessage(), equalTo("[k] of [my query] must be in [1, 9]: 0"));
            assertThat(e.getLineNumber(), equalTo(2));
        }
    }

    /** The message is that of Jackson 2, which OpenSearch uses up to 3.7, or of Jackson 3. */
    public void testAKeyThatStandsTwice() {
        Exception e = expectThrows(Exception.class, () -> body("{'a':1,'a':2}"));
        assertThat(
                e.getMessage(),
                either(containsString("Duplicate field 'a'")).or(containsString("Duplicate Object property \"a\"")));
    }

    /** U+1F6E2 has two chars; the first of them is the hundredth char here. */
    public void testLongValuesAreCutBetweenCharacters() {
        assertThat(StrictMap.shown("a".repeat(100)), equalTo("\"" + "a".repeat(100) + "\""));
        assertThat(StrictMap.shown("a".repeat(101)), equalTo("\"" + "a".repeat(100) + "…\""));
        String oil = "a".repeat(99) + "\ud83d\udee2";
        assertThat(StrictMap.shown(oil), equalTo("\"" + "a".repeat(99) + "…\""));
        assertThat(StrictMap.shown(List.of(oil)), equalTo("[" + "a".repeat(99) + "…"));
    }
}
