/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.Test;

public final class DrawsTests {
    /** Twelve classes; the sizes fall as those of Reuters do. */
    private static final int[] SIZES = {2000, 1200, 210, 180, 150, 140, 80, 78, 70, 60, 30, 12};

    private final LabeledCorpus news = corpus("news", SIZES);

    @Test
    public void sizesFollowThePowerLawAboveTen() {
        assertThat(Skew.EVEN.sizes(4, 203), equalTo(new int[] {51, 51, 51, 50}));
        assertThat(Skew.SKEWED.sizes(1, 200), equalTo(new int[] {200}));
        assertThat(
                Skew.VERY_SKEWED.sizes(20, 200),
                equalTo(IntStream.generate(() -> 10).limit(20).toArray()));
        for (Map.Entry<Skew, Double> law :
                Map.of(Skew.EVEN, 0.0, Skew.SKEWED, 0.75, Skew.VERY_SKEWED, 1.5).entrySet()) {
            int[] sizes = law.getKey().sizes(7, 100_000);
            assertThat(Arrays.stream(sizes).sum(), equalTo(100_000));
            for (int rank = 1; rank < 7; rank++) {
                double ratio = (sizes[rank] - 10.0) / (sizes[0] - 10.0);
                assertThat(Math.abs(ratio - Math.pow(rank + 1, -law.getValue())), lessThan(1e-4));
            }
        }
    }

    @Test
    public void aDrawIsAPartOfItsCorpus() {
        Map<String, Long> held = sizes(news);
        Set<Integer> classes = new TreeSet<>();
        for (int number = 1; number <= 150; number++) {
            Draw draw = new Draws(7, List.of(news)).get(number);
            LabeledCorpus corpus = draw.corpus();
            classes.add(draw.classes());
            assertThat(draw.classes(), greaterThanOrEqualTo(3));
            assertThat(corpus.size(), greaterThanOrEqualTo(200));
            Map<String, Long> drawn = sizes(corpus);
            assertThat(drawn.keySet(), equalTo(Set.copyOf(corpus.labels())));
            drawn.forEach((label, size) -> assertThat(size, lessThanOrEqualTo(held.get(label))));
            List<Integer> bySize = corpus.labels().stream()
                    .map(label -> drawn.get(label).intValue())
                    .toList();
            assertThat(
                    bySize,
                    equalTo(Arrays.stream(draw.skew().sizes(draw.classes(), corpus.size()))
                            .boxed()
                            .toList()));
            List<Object> ids = corpus.documents().stream()
                    .map(document -> text(document, "id"))
                    .collect(Collectors.toList());
            if (draw.text() != DrawText.SENTENCE) {
                assertThat(ids.stream().distinct().count(), equalTo((long) corpus.size()));
            }
            assertThat(corpus.left(), equalTo(news.size() - corpus.size()));
        }
        assertThat("every possible number of classes", classes, equalTo(Set.of(3, 4, 5, 6, 7, 8, 9, 10, 11, 12)));
    }

    @Test
    public void documentsAreThoseOfTheirLabelInTheOrderOfTheFile() {
        for (int number = 1; number <= 50; number++) {
            Draw draw = new Draws(3, List.of(news)).get(number);
            List<Integer> positions = new ArrayList<>();
            for (LabeledCorpus.Document document : draw.corpus().documents()) {
                String[] words = text(document, draw.text() == DrawText.TITLE ? "title" : "body")
                        .split(" ", -1);
                assertThat(draw.corpus().labels().get(document.label()), equalTo(words[0]));
                positions.add(Integer.parseInt(words[1].replaceAll("\\D", "")));
            }
            List<Integer> ordered = positions.stream().sorted().distinct().toList();
            assertThat(positions, equalTo(ordered));
        }
    }

    @Test
    public void sizesOfDrawsAreSpreadEvenlyByTheirLogarithm() {
        LabeledCorpus even =
                corpus("even", IntStream.generate(() -> 200).limit(10).toArray());
        double[] places = IntStream.rangeClosed(1, 500)
                .mapToObj(new Draws(1, List.of(even))::get)
                .filter(draw -> draw.skew() == Skew.EVEN)
                .mapToDouble(draw -> Math.log(draw.corpus().size() / 200.0) / Math.log(draw.classes()))
                .sorted()
                .toArray();
        assertThat(places.length, greaterThan(130));
        assertThat(places[places.length - 1], lessThanOrEqualTo(1.0));
        for (int quarter = 1; quarter < 4; quarter++) {
            // four standard deviations of a median of 130 numbers
            assertThat(Math.abs(places[places.length * quarter / 4] - quarter / 4.0), lessThan(0.17));
        }
    }

    @Test
    public void allTextsAndSkewsOccurAndFilesTakeTurns() {
        LabeledCorpus posts = corpus("posts", SIZES);
        Draws draws = new Draws(1, List.of(news, posts));
        List<Draw> drawn = IntStream.rangeClosed(1, 40).mapToObj(draws::get).toList();
        assertThat(
                drawn.stream().map(Draw::file).limit(4).toList(), equalTo(List.of("news", "posts", "news", "posts")));
        assertThat(drawn.stream().map(Draw::text).collect(Collectors.toSet()), equalTo(EnumSet.allOf(DrawText.class)));
        assertThat(drawn.stream().map(Draw::skew).collect(Collectors.toSet()), equalTo(EnumSet.allOf(Skew.class)));
        assertThat(
                "no two alike",
                drawn.stream()
                        .map(draw -> draw.line().replaceFirst("draw \\d+", ""))
                        .distinct()
                        .count(),
                equalTo(40L));
    }

    @Test
    public void seedNumberAndNameDecide() {
        Draw first = new Draws(1, List.of(news)).get(5);
        assertThat(new Draws(1, List.of(news)).get(5), equalTo(first));
        List<Draw> others = List.of(
                new Draws(2, List.of(news)).get(5),
                new Draws(1, List.of(news)).get(6),
                new Draws(1, List.of(corpus("other", SIZES))).get(5));
        for (Draw other : others) {
            assertThat(other.corpus().documents().equals(first.corpus().documents()), equalTo(false));
        }
    }

    /** Reports are compared from commit to commit, so draws must stay what they are. */
    @Test
    public void drawsStayWhatTheyAre() {
        assertThat(
                IntStream.rangeClosed(1, 4)
                        .mapToObj(new Draws(1, List.of(news))::get)
                        .map(Draw::line)
                        .toList(),
                equalTo(List.of(
                        "draw 1 of seed 1: news, first sentences, 422 documents, 7 classes (even):"
                                + " classg, classi, classe, classb, classf, classd, classa",
                        "draw 2 of seed 1: news, full texts, 443 documents, 3 classes (very skewed):"
                                + " classa, classd, classh",
                        "draw 3 of seed 1: news, full texts, 391 documents, 3 classes (even): classc, classf, classb",
                        "draw 4 of seed 1: news, first sentences, 242 documents, 9 classes (skewed):"
                                + " classd, classi, classf, classk, classc, classe, classj, classh, classb")));
    }

    @Test
    public void textsAreLeftAsTheDrawSays() {
        LabeledCorpus corpus = LabeledCorpus.of(
                "mail",
                List.of(
                        Map.of(
                                "text",
                                "Hello all!  The first\nsentence has six words. Another one.",
                                "title",
                                "Greeting to all",
                                "label",
                                "a"),
                        Map.of("text", "Too short. To cut.", "title", "About some text", "label", "b")),
                QualityOptions.parse(new String[] {"--fields=text,title", "f"}));
        assertThat(
                left(DrawText.FULL, corpus, 0),
                equalTo("[Hello all!  The first\nsentence has six words. Another one., Greeting to all]"));
        assertThat(left(DrawText.TITLE, corpus, 0), equalTo("[Greeting to all]"));
        assertThat(left(DrawText.SENTENCE, corpus, 0), equalTo("[The first sentence has six words.]"));
        assertThat(left(DrawText.SENTENCE, corpus, 1), equalTo("[Too short. To cut.]"));
        assertThat(DrawText.of(corpus), equalTo(List.of(DrawText.values())));
    }

    @Test
    public void aCorpusWithOneFieldHasNoTitles() {
        LabeledCorpus corpus =
                LabeledCorpus.of("one", lines(SIZES), QualityOptions.parse(new String[] {"--fields", "body^2", "f"}));
        List<Draw> drawn = IntStream.rangeClosed(1, 30)
                .mapToObj(new Draws(1, List.of(corpus))::get)
                .toList();
        assertThat(
                drawn.stream().map(Draw::text).collect(Collectors.toSet()),
                equalTo(EnumSet.of(DrawText.FULL, DrawText.SENTENCE)));
        assertThat(
                drawn.stream().map(draw -> draw.corpus().fields().toString()).toList(), everyItem(equalTo("[body^2]")));
    }

    @Test
    public void documentsWithoutTheTextAreNotDrawn() {
        List<Map<String, Object>> lines = lines(300, 300, 300);
        for (int i = 0; i < lines.size(); i += 2) {
            lines.get(i).put("title", " ");
        }
        LabeledCorpus corpus =
                LabeledCorpus.of("c", lines, QualityOptions.parse(new String[] {"--fields=title,body", "f"}));
        List<Draw> titles = IntStream.rangeClosed(1, 40)
                .mapToObj(new Draws(1, List.of(corpus))::get)
                .filter(draw -> draw.text() == DrawText.TITLE)
                .toList();
        assertThat(titles.size(), greaterThan(0));
        for (Draw draw : titles) {
            assertThat(draw.corpus().size(), lessThanOrEqualTo(450));
            for (LabeledCorpus.Document document : draw.corpus().documents()) {
                assertThat(document.texts(draw.corpus().fields()).get(0).text(), containsString("headline"));
            }
        }
    }

    @Test
    public void aSmallCorpusIsRefused() {
        Draws draws = new Draws(1, List.of(corpus("small", 60, 60, 60)));
        assertThat(
                assertThrows(IllegalArgumentException.class, () -> draws.get(1)).getMessage(),
                containsString("small has too few documents for a draw of 200"));
    }

    private static String left(DrawText text, LabeledCorpus corpus, int doc) {
        LabeledCorpus.Document document = text.cut(corpus.documents().get(doc), text.fields(corpus), 0);
        return document.texts(text.fields(corpus)).stream()
                .map(field -> field.text())
                .toList()
                .toString();
    }

    private static String text(LabeledCorpus.Document document, String field) {
        return String.valueOf(document.source().get(field));
    }

    private static Map<String, Long> sizes(LabeledCorpus corpus) {
        return corpus.documents().stream()
                .collect(Collectors.groupingBy(
                        document -> corpus.labels().get(document.label()), Collectors.counting()));
    }

    private static LabeledCorpus corpus(String name, int... sizes) {
        return LabeledCorpus.of(name, lines(sizes), QualityOptions.parse(new String[] {"f"}));
    }

    /** Documents of classes by turns. Titles and bodies begin with the class and the position. */
    private static List<Map<String, Object>> lines(int... sizes) {
        List<String> classes = new ArrayList<>();
        for (int c = 0; c < sizes.length; c++) {
            classes.addAll(Collections.nCopies(sizes[c], "class" + (char) ('a' + c)));
        }
        Collections.shuffle(classes, new java.util.Random(1));
        List<Map<String, Object>> lines = new ArrayList<>();
        for (int i = 0; i < classes.size(); i++) {
            Map<String, Object> line = new HashMap<>();
            line.put("id", "n" + i);
            line.put("title", classes.get(i) + " number" + i + " headline");
            line.put("body", classes.get(i) + " number" + i + " has a long body. It has two sentences.");
            line.put("label", classes.get(i));
            lines.add(line);
        }
        return lines;
    }
}
