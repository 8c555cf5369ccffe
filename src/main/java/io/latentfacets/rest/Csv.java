/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

/**
 * A table as comma-separated values (RFC 4180): a line of names, then a line for each row, each ended by CR LF, with as
 * many cells as there are names.
 *
 * <p>Spreadsheets take a cell that begins with {@code =}, {@code +}, {@code -} or {@code @} for a formula and run it,
 * quoted or not, and what is in a cell may come from anybody who writes documents or labels. So an apostrophe goes
 * before such a text, as OWASP advises; spreadsheets show it as a text. This holds for the forms of full width too, and
 * after white space and quotation marks. Where a semicolon or a tab separates cells, as by the settings of many
 * countries, quotation marks after a comma do not hold a text together: so the same holds after each of these and after
 * each line break within a text. All texts are quoted. Numbers are written as they are: no cell that {@link #number}
 * writes can be a formula.
 *
 * <p>Not thread-safe.
 */
public final class Csv {

    /** The content type: text in UTF-8, without a byte-order mark. */
    public static final String CONTENT_TYPE = "text/csv; charset=UTF-8; header=present";

    private static final String FORMULA = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    /** What may end a cell elsewhere than here: line breaks of all kinds are among them. */
    private static final String SEPARATORS = ";\t\n\r\u000B\f\u0085\u2028\u2029";

    private final StringBuilder text = new StringBuilder();
    private final int columns;
    private int cell;

    /**
     * A table without rows.
     *
     * @param names the names of the columns: letters, digits and underscores
     */
    public Csv(String... names) {
        columns = names.length;
        for (String name : names) {
            cell(name);
        }
    }

    /** Adds a cell with a text, quoted; null gives an empty one. */
    public Csv text(String value) {
        return cell(value == null ? "" : '"' + guarded(value).replace("\"", "\"\"") + '"');
    }

    /** Adds a cell with a number, a truth value or nothing. */
    public Csv number(Object value) {
        return cell(value == null ? "" : value.toString());
    }

    private Csv cell(String value) {
        text.append(value);
        cell++;
        text.append(cell % columns == 0 ? "\r\n" : ",");
        return this;
    }

    private static String guarded(String value) {
        StringBuilder guarded = new StringBuilder(value.length() + 1);
        int begin = 0;
        boolean blank = true;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (blank && FORMULA.indexOf(c) >= 0) {
                guarded.insert(begin, '\'');
            }
            guarded.append(c);
            boolean separates = SEPARATORS.indexOf(c) >= 0;
            begin = separates ? guarded.length() : begin;
            blank = separates || (blank && (c <= ' ' || c == '"' || Character.isSpaceChar(c)));
        }
        return guarded.toString();
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
