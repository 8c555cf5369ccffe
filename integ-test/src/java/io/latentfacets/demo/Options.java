/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The options that the script {@code demo} passes on. The script has validated the command line, so an error here is a
 * bug of the script.
 *
 * @param root the directory of the repository
 * @param corpus the user's file; {@code null} for the built-in corpus
 * @param fields the fields of that file to learn from
 * @param label the field of that file with the true label; {@code null} for none
 * @param queries the queries to show facets of; empty for some that suit the corpus
 * @param clusters the number of clusters; {@code null} to let the model decide
 * @param url the address of a running cluster; {@code null} to start a node
 * @param port the port of the node to start
 * @param once whether to stop at the end
 * @param fresh whether to delete what earlier runs learned
 */
record Options(
        Path root,
        Path corpus,
        List<String> fields,
        String label,
        List<String> queries,
        Integer clusters,
        String url,
        int port,
        boolean once,
        boolean fresh,
        boolean terminal,
        boolean colours,
        int width) {

    static Options parse(String[] args) {
        List<String> queries = new ArrayList<>();
        for (String arg : args) {
            if (arg.startsWith("query=")) {
                queries.add(arg.substring("query=".length()));
            }
        }
        String corpus = value(args, "corpus", null);
        String clusters = value(args, "clusters", null);
        return new Options(
                Path.of(value(args, "root", ".")),
                corpus == null ? null : Path.of(corpus),
                List.of(value(args, "fields", "").split(",", -1)),
                value(args, "label", null),
                List.copyOf(queries),
                clusters == null ? null : Integer.valueOf(clusters),
                value(args, "url", null),
                Integer.parseInt(value(args, "port", "9200")),
                Boolean.parseBoolean(value(args, "once", "false")),
                Boolean.parseBoolean(value(args, "fresh", "false")),
                Boolean.parseBoolean(value(args, "terminal", "false")),
                Boolean.parseBoolean(value(args, "colours", "false")),
                Integer.parseInt(value(args, "width", "100")));
    }

    private static String value(String[] args, String name, String absent) {
        for (String arg : args) {
            if (arg.startsWith(name + "=")) {
                return arg.substring(name.length() + 1);
            }
        }
        return absent;
    }

    Corpus documents() {
        return corpus == null
                ? new JavadocCorpus(root.resolve("target/demo/jars"))
                : new JsonlCorpus(corpus, fields, label, queries);
    }
}
