/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertSame;

import io.latentfacets.cluster.Clouds;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Partition;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.Test;

/** Subjects that a person names get clusters of their own, and only those that documents show. */
public final class GuidedTests {
    /** The words 2g and 2g + 1 are in half of the documents of group g; then there are words of all groups. */
    private static final int EVERYWHERE = 12;

    private static final int ANYWHERE = 13;
    private static final int WORDS = 14;

    private final float[][] points = SixGroups.points();
    private final int[] groups = SixGroups.labels(false);
    private final float[] idf = new float[WORDS];
    private final BowSource words;

    public GuidedTests() {
        SplittableRandom random = new SplittableRandom(7);
        List<Bow> bags = new ArrayList<>();
        for (int group : groups) {
            List<Integer> ids = new ArrayList<>();
            for (int word : new int[] {2 * group, 2 * group + 1}) {
                if (random.nextBoolean()) {
                    ids.add(word);
                }
            }
            ids.add(EVERYWHERE);
            if (random.nextBoolean()) {
                ids.add(ANYWHERE);
            }
            bags.add(bag(ids.stream().mapToInt(Integer::intValue).toArray()));
        }
        words = BowSource.of(bags);
        Arrays.fill(idf, 3);
        idf[EVERYWHERE] = 1;
    }

    private static Subject terms(int... ids) {
        return new Subject(
                Arrays.stream(ids).mapToObj(id -> new int[] {id}).toArray(int[][]::new), ids.length, new int[0]);
    }

    private Clusterer.Guided guided(int count, Subject... subjects) {
        Clusterer clusterer = new Clusterer(new ClusterOptions(count, 5));
        Partition found = clusterer.cluster(points, words, Clouds::goOn);
        return clusterer.guided(found, points, words, idf, List.of(subjects), Clouds::goOn);
    }

    private double precision(Clusterer.Guided guided, int subject, int group) {
        int[] members = members(guided, subject);
        return (double) Arrays.stream(members).filter(i -> groups[i] == group).count() / members.length;
    }

    private double recall(Clusterer.Guided guided, int subject, int group) {
        return (double) Arrays.stream(members(guided, subject))
                        .filter(i -> groups[i] == group)
                        .count()
                / Arrays.stream(groups).filter(each -> each == group).count();
    }

    private int[] members(Clusterer.Guided guided, int subject) {
        int[] clusters = guided.partition().assign(points);
        return IntStream.range(0, clusters.length)
                .filter(i -> clusters[i] == guided.clusters()[subject])
                .toArray();
    }

    @Test
    public void subjectsGetTheirGroupsWhateverTheNumberOfClusters() {
        for (int count : new int[] {2, 3, 4, 6, 8, ClusterOptions.AUTO}) {
            Clusterer.Guided guided = guided(count, terms(8, 9), terms(2, 3));
            assertThat(guided.why().get(0), nullValue());
            assertThat(precision(guided, 0, 4), greaterThan(count == 2 ? .2 : .8));
            assertThat(precision(guided, 1, 1), greaterThan(count == 2 ? .2 : .8));
            assertThat("count " + count, recall(guided, 0, 4), greaterThan(.7));
            assertThat("count " + count, recall(guided, 1, 1), greaterThan(.7));
            if (count != ClusterOptions.AUTO) {
                assertThat(guided.partition().count(), lessThanOrEqualTo(count));
            } else {
                // what the data chose, whatever the subjects add: the next training expects it again
                assertThat(guided.partition().curve().chosen(), equalTo(5));
            }
        }
    }

    @Test
    public void withAutoThereAreAsManyMoreClustersAsSubjectsNeed() {
        Clusterer clusterer = new Clusterer(new ClusterOptions(ClusterOptions.AUTO, 5));
        // as if the choice had been three clusters
        Partition three = new Clusterer(new ClusterOptions(3, 5)).cluster(points, words, Clouds::goOn);
        Clusterer.Guided guided = clusterer.guided(
                three, points, words, idf, List.of(terms(0, 1), terms(2, 3), terms(4, 5)), Clouds::goOn);
        assertThat(guided.partition().count(), greaterThanOrEqualTo(3));
        for (int s = 0; s < 3; s++) {
            assertThat(precision(guided, s, s), greaterThan(.8));
        }
    }

    @Test
    public void aSubjectWithoutDocumentsHasNoClusterAndSaysWhy() {
        Clusterer.Guided guided = guided(
                6,
                new Subject(new int[0][], 3, new int[0]),
                terms(0, 2),
                new Subject(new int[][] {{0}}, 3, new int[0]),
                terms(6, 7));
        assertArrayEquals(new int[] {-1, -1, -1}, Arrays.copyOf(guided.clusters(), 3));
        assertThat(guided.why().get(0), containsString("none of its terms is a word of the model"));
        assertThat(
                guided.why().get(1),
                equalTo("[0] documents show it, by two of its terms or as examples, a cluster"
                        + " needs at least [5]"));
        assertThat(guided.clusters()[3], not(equalTo(-1)));
        assertThat(precision(guided, 3, 3), greaterThan(.8));
        assertThat(guided.partition().count(), equalTo(6));
    }

    @Test
    public void nothingChangesWithoutSubjects() {
        Partition found = new Clusterer(new ClusterOptions(6, 5)).cluster(points, words, Clouds::goOn);
        Clusterer clusterer = new Clusterer(new ClusterOptions(6, 5));
        assertSame(
                found,
                clusterer
                        .guided(found, points, words, idf, List.of(), Clouds::goOn)
                        .partition());
        assertSame(
                found,
                clusterer
                        .guided(found, points, words, idf, List.of(terms(0, 2)), Clouds::goOn)
                        .partition());
    }

    @Test
    public void anExampleShowsItsNeighbours() {
        int example = IntStream.range(0, groups.length)
                .filter(i -> groups[i] == 2)
                .findFirst()
                .getAsInt();
        Clusterer.Guided guided = guided(5, new Subject(new int[0][], 0, new int[] {example}));
        assertThat(guided.shown().get(0).length, equalTo(SubjectDocuments.NEAREST));
        assertThat(precision(guided, 0, 2), greaterThan(.7));
        assertThat(guided.partition().assign(points[example]), equalTo(guided.clusters()[0]));
    }

    @Test
    public void aDocumentShowsOneSubjectOnly() {
        List<int[]> shown = new SubjectDocuments(points, words, idf, Clouds::goOn)
                .of(List.of(terms(0, 1), terms(0, 1), terms(0, 1, ANYWHERE)));
        int all = shown.stream().mapToInt(rows -> rows.length).sum();
        assertThat(shown.stream().flatMapToInt(Arrays::stream).distinct().count(), equalTo((long) all));
        assertThat(shown.get(1).length, equalTo(0));
    }

    @Test
    public void documentsThatShowASubjectStayWithIt() {
        Clusterer.Guided guided = guided(6, terms(0, 1), terms(10, 11));
        int[] clusters = guided.partition().assign(points);
        for (int s = 0; s < 2; s++) {
            int cluster = guided.clusters()[s];
            int[] shown = guided.shown().get(s);
            assertThat(
                    (double) Arrays.stream(shown)
                                    .filter(row -> clusters[row] == cluster)
                                    .count()
                            / shown.length,
                    greaterThan(.9));
        }
    }

    @Test
    public void equalArgumentsGiveEqualBits() {
        Clusterer.Guided one = guided(5, terms(0, 1), terms(4, 5));
        Clusterer.Guided other = guided(5, terms(0, 1), terms(4, 5));
        assertArrayEquals(one.clusters(), other.clusters());
        for (int c = 0; c < one.partition().count(); c++) {
            assertArrayEquals(one.partition().directions()[c], other.partition().directions()[c], 0);
        }
        assertArrayEquals(one.partition().biases(), other.partition().biases(), 0);
    }

    @Test
    public void fewPointsAreGuidedToo() {
        int[] few = IntStream.range(0, groups.length).filter(i -> i % 8 == 0).toArray();
        float[][] some = Arrays.stream(few).mapToObj(i -> points[i]).toArray(float[][]::new);
        BowSource bags = BowSource.of(Arrays.stream(few).mapToObj(words::get).toList());
        Clusterer clusterer = new Clusterer(new ClusterOptions(4, 5));
        Partition found = clusterer.cluster(some, bags, Clouds::goOn);
        Clusterer.Guided guided = clusterer.guided(found, some, bags, idf, List.of(terms(0, 1)), Clouds::goOn);
        assertThat(guided.partition().count(), lessThanOrEqualTo(4));
        assertThat(guided.clusters()[0] >= 0, equalTo(guided.why().get(0) == null));
    }

    /** The words, with one more in one document of each group. */
    private BowSource withScattered(int word) {
        int[] seen = new int[6];
        List<Bow> bags = new ArrayList<>();
        for (int row = 0; row < groups.length; row++) {
            Bow bag = words.get(row);
            int group = groups[row];
            if (seen[group]++ == 3) {
                int[] ids = Arrays.copyOf(bag.ids(), bag.size() + 1);
                ids[ids.length - 1] = word;
                bag = bag(ids);
            }
            bags.add(bag);
        }
        return BowSource.of(bags);
    }

    @Test
    public void aScatteredSubjectCostsNobodyElseACluster() {
        Clusterer clusterer = new Clusterer(new ClusterOptions(8, 5));
        BowSource scattered = withScattered(WORDS);
        float[] weights = Arrays.copyOf(idf, WORDS + 1);
        weights[WORDS] = 3;
        Partition found = clusterer.cluster(points, scattered, Clouds::goOn);
        Subject good = terms(8, 9);
        Clusterer.Guided without = clusterer.guided(found, points, scattered, weights, List.of(good), Clouds::goOn);
        Clusterer.Guided guided =
                clusterer.guided(found, points, scattered, weights, List.of(terms(WORDS), good), Clouds::goOn);
        assertThat(guided.shown().get(0).length, equalTo(6));
        assertThat(guided.clusters()[0], equalTo(-1));
        assertThat(guided.why().get(0), containsString("scattered"));
        assertThat(guided.why().get(1), nullValue());
        assertThat(precision(guided, 1, 4), greaterThan(.8));
        assertThat(guided.partition().count(), equalTo(without.partition().count()));
        Clusterer.Guided alone =
                clusterer.guided(found, points, scattered, weights, List.of(terms(WORDS)), Clouds::goOn);
        assertSame(found, alone.partition());
        assertThat(alone.why().get(0), containsString("scattered"));
    }

    @Test
    public void aDivisionInTwoStaysOne() {
        for (int group = 0; group < 6; group++) {
            Clusterer.Guided guided = guided(2, terms(2 * group, 2 * group + 1));
            assertThat("group " + group, guided.partition().count(), equalTo(2));
        }
    }

    @Test
    public void theFormerClusterOfASubjectIsNotSplitAnew() {
        Clusterer clusterer = new Clusterer(new ClusterOptions(ClusterOptions.AUTO, 5));
        Partition three = new Clusterer(new ClusterOptions(3, 5)).cluster(points, words, Clouds::goOn);
        int[] clusters = three.assign(points);
        // a group that shares its cluster with another one
        int shared = IntStream.range(0, 5)
                .filter(group -> IntStream.range(0, 5).anyMatch(g -> g != group && clusters[g] == clusters[group]))
                .findFirst()
                .getAsInt();
        int was = clusters[shared];
        List<Subject> subject = List.of(terms(2 * shared, 2 * shared + 1));
        Clusterer.Guided split = clusterer.guided(three, points, words, idf, subject, Clouds::goOn);
        assertThat(split.partition().count(), equalTo(4));
        Clusterer.Guided kept = clusterer.guided(three, points, words, idf, subject, new int[] {was}, Clouds::goOn);
        assertThat(kept.partition().count(), equalTo(3));
        int[] members = members(kept, 0);
        assertThat(Arrays.stream(members).filter(i -> clusters[i] == was).count(), greaterThan((long)
                (.9 * members.length)));
        // the words mean another subject now
        Clusterer.Guided other =
                clusterer.guided(three, points, words, idf, subject, new int[] {(was + 1) % 3}, Clouds::goOn);
        assertArrayEquals(split.partition().biases(), other.partition().biases(), 0);
    }

    @Test
    public void theRestOfASmallSubjectNeedsToGainLess() {
        double[][] gains = {{0, .001, .001}, {.001, 0, .0021}, {.001, .0021, 0}};
        double[][] enough = GuidedDivision.enough(gains, new double[] {.002, .3, .02});
        assertThat(enough[0][1], equalTo(.001));
        assertThat(enough[1][2], equalTo(.0021));
        double[][] large = GuidedDivision.enough(gains, new double[] {.005, .3, .02});
        assertThat(large[0][1], equalTo(Double.NEGATIVE_INFINITY));
        assertThat(large[1][2], equalTo(.0021));
    }

    @Test
    public void aDivisionThatGoesOnChoseFewerThanItHas() {
        ClusterOptions options = new ClusterOptions(ClusterOptions.AUTO, 5);
        Partition found = new Clusterer(options).cluster(points, words, Clouds::goOn);
        int[] former = found.assign(points);
        double[] shares = new double[found.count()];
        Arrays.stream(former).forEach(c -> shares[c] += 1. / former.length);
        Clusterer next = new Clusterer(options, 2);
        int[] counts = {found.count()};
        Partition warm = next.cluster(points, words, new ExpectedClusters(counts, former, List.of()), Clouds::goOn);
        assertThat(warm.curve().chosen(), equalTo(warm.count() - 2));
        Partition kept = next.cluster(points, former, shares, Clouds::goOn);
        assertThat(kept.curve().chosen(), equalTo(kept.count() - 2));
    }

    @Test
    public void aSubjectWithTooFewLeavesItsDocumentsToTheOthers() {
        // eight documents at one place have the words 0 and 1, four of them, a little apart, have 2 too
        float[][] latents = new float[8][];
        List<Bow> bags = new ArrayList<>();
        for (int i = 0; i < latents.length; i++) {
            double angle = i < 4 ? 0 : .2;
            latents[i] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
            bags.add(i < 4 ? bag(0, 1) : bag(0, 1, 2));
        }
        List<int[]> shown = new SubjectDocuments(latents, BowSource.of(bags), idf, Clouds::goOn)
                .of(List.of(terms(0, 1), terms(1, 2)));
        assertThat(shown.get(0).length, equalTo(8));
        assertThat(shown.get(1).length, equalTo(0));
    }

    private static Bow bag(int... ids) {
        float[] counts = new float[ids.length];
        Arrays.fill(counts, 1);
        return new Bow(ids, counts);
    }
}
