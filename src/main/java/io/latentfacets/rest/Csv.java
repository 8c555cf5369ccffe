/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

/**
 * A table as comma-separated values (RFC 4180): a line of names, then a line for each row, each ended by CR LF, with as
 * many cells as there are names.
 *
 * <p>Spreadsheets take a cell that begins with {@code =}, {@code +}, {@code -} or {@code @} for a formula and run it,
 * quoted or not, and what is in a cell may come from anybody who writes documents or labels. So an apostrophe goes
 * before such a text, as OWASP advises; spreadsheets show it as a text. This holds for the forms of full width too, and
 * after white space. Numbers are written as they are: no cell that {@link #number} writes can be a formula.
 *
 * <p>Not thread-safe.
 */
public final class Csv {

    /** The content type: text in UTF-8, without a byte-order mark. */
    public static final String CONTENT_TYPE = "text/csv; charset=UTF-8; header=present";

    private static final String FORMULA = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    private final StringBuilder text = new StringBuilder();
    private final int columns;
    private int cell;

    /** A table without rows. */
    public Csv(String... names) {
        columns = names.length;
        for (String name : names) {
            text(name);
        }
    }

    /** Adds a cell with a text; null gives an empty one. */
    public Csv text(String value) {
        return cell(value == null ? "" : guarded(value));
    }

    /** Adds a cell with a number, a truth value or nothing. */
    public Csv number(Object value) {
        return cell(value == null ? "" : value.toString());
    }

    private Csv cell(String value) {
        boolean quoted = value.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        text.append(quoted ? '"' + value.replace("\"", "\"\"") + '"' : value);
        cell++;
        text.append(cell % columns == 0 ? "\r\n" : ",");
        return this;
    }

    private static String guarded(String value) {
        int first = 0;
        while (first < value.length() && value.charAt(first) <= ' ') {
            first++;
        }
        boolean formula = first < value.length() && FORMULA.indexOf(value.charAt(first)) >= 0;
        return formula ? "'" + value : value;
    }

    /**
     * The table.
     *
     * @throws IllegalStateException if the last row lacks cells
     */
    @Override
    public String toString() {
        if (cell % columns != 0) {
            throw new IllegalStateException("the last row has " + cell % columns + " of " + columns + " cells");
        }
        return text.toString();
    }
}
