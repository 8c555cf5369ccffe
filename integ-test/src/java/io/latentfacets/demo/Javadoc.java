/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converts the inside of a documentation comment to prose. */
final class Javadoc {
    private static final Pattern STARS = Pattern.compile("(?m)^[ \\t]*\\*+ ?");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?is)<pre\\b.*?(</pre>|\\z)");
    private static final Pattern SNIPPET = Pattern.compile("(?s)\\{@snippet.*?\\n[ \\t]*}");

    /** Tags that say nothing about the subject; the pattern covers them up to the end of their paragraph. */
    private static final Pattern NO_PROSE_TAG = Pattern.compile(
            "(?ms)^[ \\t]*@(author|since|version|see|serial|serialField|serialData|hidden|deprecated|opensearch\\.\\w+|lucene\\.\\w+|"
                    + "implements|spi|provides|uses|generated|link|inheritDoc|todo|date)\\b.*?(?=^[ \\t]*@|\\z)");

    private static final Pattern NAMED_TAG = Pattern.compile("(?m)^[ \\t]*@(param|throws|exception)[ \\t]+\\S+");
    private static final Pattern OTHER_TAG = Pattern.compile("(?m)^[ \\t]*@\\w+");
    private static final Pattern CODE = Pattern.compile("\\{@(?:code|literal|value|systemProperty|index)\\s*([^{}]*)}");
    private static final Pattern LINK =
            Pattern.compile("\\{@link(?:plain)?\\s+([^\\s{}(]+(?:\\([^)]*\\))?)\\s*([^{}]*)}");
    private static final Pattern INLINE = Pattern.compile("\\{@[^{}]*}");
    private static final Pattern ELEMENT = Pattern.compile("</?[a-zA-Z][^<>]*>|<!--.*?-->", Pattern.DOTALL);
    private static final Pattern ENTITY = Pattern.compile("&(#\\d{1,6}|#x[0-9a-fA-F]{1,5}|\\w{2,8});");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Map<String, String> ENTITIES = Map.of(
            "lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'", "nbsp", " ", "ndash", "–", "mdash", "—",
            "hellip", "…");

    private Javadoc() {}

    /**
     * Converts one comment.
     *
     * @param inside the text between the comment's opening and end, stars included
     */
    static String clean(String inside) {
        String text = STARS.matcher(inside.replace("\r\n", "\n")).replaceAll("");
        text = CODE_BLOCK.matcher(text).replaceAll(" ");
        text = SNIPPET.matcher(text).replaceAll(" ");
        text = NO_PROSE_TAG.matcher(text).replaceAll("");
        text = NAMED_TAG.matcher(text).replaceAll("");
        text = OTHER_TAG.matcher(text).replaceAll("");
        text = CODE.matcher(text).replaceAll(m -> Matcher.quoteReplacement(m.group(1)));
        text = LINK.matcher(text).replaceAll(m -> Matcher.quoteReplacement(linkText(m.group(1), m.group(2))));
        text = INLINE.matcher(text).replaceAll(" ");
        text = ELEMENT.matcher(text).replaceAll(" ");
        text = ENTITY.matcher(text).replaceAll(m -> Matcher.quoteReplacement(entity(m.group(1))));
        return SPACE.matcher(text).replaceAll(" ").strip();
    }

    /**
     * The text that the generated page shows for a link: the label if there is one, else the class and member without
     * package and parameters.
     */
    private static String linkText(String target, String label) {
        if (!label.isBlank()) {
            return label;
        }
        int open = target.indexOf('(');
        String name = open < 0 ? target : target.substring(0, open);
        int member = name.indexOf('#');
        String type = member < 0 ? name : name.substring(0, member);
        String simple = type.substring(type.lastIndexOf('.') + 1);
        return member < 0 ? simple : (simple + " " + name.substring(member + 1)).strip();
    }

    private static String entity(String name) {
        if (name.charAt(0) != '#') {
            return ENTITIES.getOrDefault(name, " ");
        }
        int code =
                name.charAt(1) == 'x' ? Integer.parseInt(name.substring(2), 16) : Integer.parseInt(name.substring(1));
        return Character.isValidCodePoint(code) ? Character.toString(code) : " ";
    }
}
