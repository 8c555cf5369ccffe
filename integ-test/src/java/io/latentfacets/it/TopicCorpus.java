/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small corpus that needs no download: documents about six simple subjects, made of randomly drawn words, the same in
 * every run. Each document has a title, a body, its subject ({@code subject}, a keyword), a date in 2025 and a number.
 * One in {@link #WORDLESS} has no text at all.
 */
final class TopicCorpus {
    static final int WORDLESS = 50;

    /** The fields of a mapping, by name. */
    static final Map<String, Object> FIELDS = Map.of(
            "title", Map.of("type", "text"),
            "body", Map.of("type", "text"),
            "subject", Map.of("type", "keyword"),
            "date", Map.of("type", "date"),
            "number", Map.of("type", "integer"));

    static final Map<String, Object> MAPPINGS = Map.of("properties", FIELDS);

    private static final Map<String, String> SUBJECTS = new LinkedHashMap<>();

    static {
        SUBJECTS.put(
                "astronomy",
                "telescope planet orbit galaxy comet nebula astronaut rocket lunar satellite asteroid eclipse spectrum star"
                        + " gravity cosmic observatory mission spacecraft solar");
        SUBJECTS.put(
                "cooking",
                "recipe oven butter garlic onion simmer sauce flour bake pepper tomato skillet whisk dough basil roast"
                        + " vinegar cheese spice kitchen");
        SUBJECTS.put(
                "finance",
                "market stock bond investor dividend inflation bank loan mortgage portfolio currency equity trader profit"
                        + " earnings shares interest broker hedge treasury");
        SUBJECTS.put(
                "medicine",
                "patient doctor hospital vaccine symptom therapy surgery diagnosis infection dosage clinical nurse tumor"
                        + " immune antibiotic fever chronic physician blood treatment");
        SUBJECTS.put(
                "sailing",
                "boat harbor sail anchor mast keel wind tide captain deck rudder regatta yacht crew voyage rope hull marina"
                        + " ocean navigation");
        SUBJECTS.put(
                "software",
                "compiler server database thread memory kernel network protocol query cache browser function variable"
                        + " debug linux encryption algorithm interface module package");
    }

    private static final String[] EVERYDAY = ("people time year thing world question answer report number group problem"
                    + " place case week point company day system program part")
            .split(" ", -1);

    private TopicCorpus() {}

    /** The documents {@code from} (inclusive) to {@code to} (exclusive), by id; the i-th is the same in every range. */
    static Map<String, Object> documents(int from, int to) {
        List<String> names = new ArrayList<>(SUBJECTS.keySet());
        Map<String, Object> documents = new LinkedHashMap<>();
        for (int i = from; i < to; i++) {
            Random random = new Random(1_000_003L * i + 17);
            // deliberately uneven: the first subjects have more documents than the last
            String subject = names.get((int) (names.size() * Math.pow(random.nextDouble(), 1.3)));
            Map<String, Object> document = new LinkedHashMap<>();
            if (i % WORDLESS != WORDLESS - 1) {
                document.put("title", words(random, subject, 4));
                document.put("body", words(random, subject, 30));
            }
            document.put("subject", subject);
            document.put("date", "2025-%02d-%02d".formatted(1 + random.nextInt(12), 1 + random.nextInt(28)));
            document.put("number", random.nextInt(100));
            documents.put(Integer.toString(i), document);
        }
        return documents;
    }

    /** The words of a subject that others do not have. */
    static List<String> words(String subject) {
        return List.of(SUBJECTS.get(subject).split(" ", -1));
    }

    static int subjects() {
        return SUBJECTS.size();
    }

    private static String words(Random random, String subject, int count) {
        String[] own = SUBJECTS.get(subject).split(" ", -1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String[] pool = random.nextInt(100) < 65 ? own : EVERYDAY;
            text.append(i == 0 ? "" : " ").append(pool[random.nextInt(pool.length)]);
        }
        return text.toString();
    }
}
