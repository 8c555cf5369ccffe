/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * The documentation comments of one Java source file, as prose. The scanner knows only comments, strings and character
 * literals, so it reads any version of the language. Immutable.
 *
 * @param packageName the package of the file; empty if it names none
 * @param comments the documentation comments in order, without tags and mark-up; the licence above the package line is
 *     left out
 */
record JavaSource(String packageName, List<String> comments) {

    static JavaSource read(String source) {
        String packageName = "";
        List<String> comments = new ArrayList<>();
        int at = 0;
        int length = source.length();
        while (at < length) {
            char c = source.charAt(at);
            if (source.startsWith("//", at)) {
                at = after(source, "\n", at);
            } else if (source.startsWith("/*", at)) {
                int end = after(source, "*/", at + 2);
                boolean documentation = source.startsWith("/**", at) && end - at > 5;
                if (documentation && !packageName.isEmpty()) {
                    String text = Javadoc.clean(source.substring(at + 3, Math.max(at + 3, end - 2)));
                    // Some files have their licence below the package line, and in a documentation comment.
                    if (!text.isEmpty() && !text.contains("WARRANT")) {
                        comments.add(text);
                    }
                }
                at = end;
            } else if (source.startsWith("\"\"\"", at)) {
                at = literal(source, "\"\"\"", at);
            } else if (c == '"' || c == '\'') {
                at = literal(source, String.valueOf(c), at);
            } else if (packageName.isEmpty() && source.startsWith("package ", at)) {
                int end = after(source, ";", at);
                packageName =
                        source.substring(at + "package ".length(), end - 1).strip();
                at = end;
            } else {
                at++;
            }
        }
        return new JavaSource(packageName, List.copyOf(comments));
    }

    /** Joins all comments with blank lines, truncated after the last word that fits. */
    String text(int maxLength) {
        String text = String.join("\n\n", comments);
        return text.length() <= maxLength ? text : text.substring(0, Math.max(0, text.lastIndexOf(' ', maxLength)));
    }

    private static int after(String source, String mark, int from) {
        int at = source.indexOf(mark, from);
        return at < 0 ? source.length() : at + mark.length();
    }

    private static int literal(String source, String quote, int start) {
        int at = start + quote.length();
        while (at < source.length() && !source.startsWith(quote, at)) {
            at += source.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(source.length(), at + quote.length());
    }
}
