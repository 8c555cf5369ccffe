/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.terms.RelatedTerms;
import io.latentfacets.terms.WordSpace;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

/**
 * Measures searches for the names of classes, by BM25 over the text, with and without related terms: of the first 50
 * documents found, how many belong to the class, and of the first ten; and of all documents of the class, how many are
 * found at all.
 *
 * <p>Arguments: a file of JSON lines (or .gz) with the fields {@code subject}, {@code body} and {@code label}, a
 * directory for the engine's libraries, and a directory that keeps the trained network.
 */
public final class ExpandBenchmark {
    private static final int K = 50;
    private static final int SEED = 42;
    private static final String[] TEXTS = {"subject", "body"};
    private static final String FIELD = "text";

    /** What a person would type for each newsgroup. */
    private static final Map<String, String> QUERIES = queries();

    private final List<String> labels;
    private final IndexSearcher searcher;
    private final Vocabulary vocabulary;
    private final WordSpace space;
    private final Analyzer analyzer;
    private final PrintStream out;

    private ExpandBenchmark(
            List<String> labels, IndexSearcher searcher, Vocabulary vocabulary, VaeWeights weights, Analyzer analyzer) {
        this.labels = labels;
        this.searcher = searcher;
        this.vocabulary = vocabulary;
        this.space = new WordSpace(vocabulary, weights);
        this.analyzer = analyzer;
        this.out = System.out;
    }

    private static Map<String, String> queries() {
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put("alt.atheism", "atheism");
        queries.put("comp.graphics", "computer graphics");
        queries.put("comp.os.ms-windows.misc", "microsoft windows");
        queries.put("comp.sys.ibm.pc.hardware", "pc hardware");
        queries.put("comp.sys.mac.hardware", "mac hardware");
        queries.put("comp.windows.x", "x window system");
        queries.put("misc.forsale", "for sale");
        queries.put("rec.autos", "cars");
        queries.put("rec.motorcycles", "motorcycles");
        queries.put("rec.sport.baseball", "baseball");
        queries.put("rec.sport.hockey", "hockey");
        queries.put("sci.crypt", "cryptography");
        queries.put("sci.electronics", "electronics");
        queries.put("sci.med", "medicine");
        queries.put("sci.space", "space");
        queries.put("soc.religion.christian", "christian religion");
        queries.put("talk.politics.guns", "gun politics");
        queries.put("talk.politics.mideast", "middle east politics");
        queries.put("talk.politics.misc", "politics");
        queries.put("talk.religion.misc", "religion");
        return queries;
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        InferenceEngine engine = new InferenceEngine(Path.of(args[1]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        List<Map<String, Object>> lines = JsonLines.read(file);
        Path directory = Files.createTempDirectory("expand-benchmark");
        Path index = Files.createTempDirectory("expand-index");
        Analyzer analyzer = new EnglishAnalyzer();
        try (Corpus corpus = EncodeBenchmark.read(file, TEXTS, TextOptions.DEFAULTS.vocabularySize(), directory);
                FSDirectory stored = FSDirectory.open(index)) {
            VaeWeights weights = TrainedNetwork.of(corpus, SEED, engine, Path.of(args[2]));
            try (IndexWriter writer = new IndexWriter(stored, new IndexWriterConfig(analyzer))) {
                for (Map<String, Object> line : lines) {
                    Document document = new Document();
                    document.add(new TextField(FIELD, line.get("subject") + "\n" + line.get("body"), Field.Store.NO));
                    writer.addDocument(document);
                }
                writer.forceMerge(1);
            }
            try (DirectoryReader reader = DirectoryReader.open(stored)) {
                List<String> labels =
                        lines.stream().map(line -> (String) line.get("label")).toList();
                new ExpandBenchmark(labels, new IndexSearcher(reader), corpus.vocabulary(), weights, analyzer).run();
            }
            for (String left : stored.listAll()) {
                stored.deleteFile(left);
            }
        }
        Files.delete(index);
        Files.delete(directory);
    }

    private void run() throws IOException {
        out.println(
                "| terms a word | weight | least similarity | of the class among 10 | among 50 | recall at 50 | at 1,000 |");
        out.println("|---|---|---|---|---|---|---|");
        row("| none | | |", 0, 0, 0);
        for (int terms : new int[] {1, 3, 5, 10}) {
            for (double weight : new double[] {0.1, 0.3, 0.5, 1}) {
                row("| %d | %.1f | 0.5 |".formatted(terms, weight), terms, weight, 0.5);
            }
        }
        for (double least : new double[] {0, 0.6, 0.7}) {
            row("| 5 | 0.3 | %.1f |".formatted(least), 5, 0.3, least);
            row("| 10 | 0.3 | %.1f |".formatted(least), 10, 0.3, least);
        }
        for (Map.Entry<String, String> query : QUERIES.entrySet()) {
            double[] without = measure(query.getKey(), query.getValue(), 0, 0, 0);
            double[] with = measure(query.getKey(), query.getValue(), 5, 0.3, 0.5);
            out.printf(
                    "%s: among 50 %.2f, with related terms %.2f: %s%n",
                    query.getValue(),
                    without[1],
                    with[1],
                    related(query.getValue(), 5, 0.5).stream()
                            .map(near -> vocabulary.surface(near.id()))
                            .toList());
        }
    }

    private void row(String start, int terms, double weight, double least) throws IOException {
        double[] sums = new double[4];
        for (Map.Entry<String, String> query : QUERIES.entrySet()) {
            double[] one = measure(query.getKey(), query.getValue(), terms, weight, least);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += one[i] / QUERIES.size();
            }
        }
        out.printf("%s %.3f | %.3f | %.4f | %.3f |%n", start, sums[0], sums[1], sums[2], sums[3]);
    }

    private double[] measure(String label, String words, int terms, double weight, double least) throws IOException {
        QueryBuilder builder = new QueryBuilder(analyzer);
        BooleanQuery.Builder query =
                new BooleanQuery.Builder().add(builder.createBooleanQuery(FIELD, words), BooleanClause.Occur.SHOULD);
        if (terms > 0) {
            for (WordSpace.Near near : related(words, terms, least)) {
                Query added = builder.createPhraseQuery(FIELD, vocabulary.surface(near.id()));
                if (added != null) {
                    query.add(new BoostQuery(added, (float) (weight * near.similarity())), BooleanClause.Occur.SHOULD);
                }
            }
        }
        ScoreDoc[] found = searcher.search(query.build(), 1000).scoreDocs;
        double all = labels.stream().filter(label::equals).count();
        double among10 = 0;
        double among50 = 0;
        double among1000 = 0;
        for (int i = 0; i < found.length; i++) {
            int hit = labels.get(found[i].doc).equals(label) ? 1 : 0;
            among10 += i < 10 ? hit : 0;
            among50 += i < K ? hit : 0;
            among1000 += hit;
        }
        return new double[] {among10 / 10, among50 / K, among50 / all, among1000 / all};
    }

    private List<WordSpace.Near> related(String words, int terms, double least) {
        List<Integer> entries = RelatedTerms.entries(
                new BowFactory(analyzer, vocabulary, TextOptions.DEFAULTS).bow(List.of(new FieldText(1, words))),
                vocabulary);
        return RelatedTerms.of(space, vocabulary, entries, terms, 20, least, () -> {});
    }
}
