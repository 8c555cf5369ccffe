/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.latentfacets.text.FieldText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/** The documents of 20 newsgroups for the benchmark of drift. */
final class DriftCorpus {

    /** Subjects to learn; {@link #OTHERS} are what may come instead. */
    static final List<String> LEARNED = List.of(
            "alt.atheism",
            "comp.graphics",
            "comp.windows.x",
            "misc.forsale",
            "rec.autos",
            "rec.sport.baseball",
            "sci.electronics",
            "sci.med",
            "talk.politics.guns",
            "talk.politics.mideast");

    static final List<String> OTHERS = List.of(
            "comp.os.ms-windows.misc",
            "comp.sys.ibm.pc.hardware",
            "comp.sys.mac.hardware",
            "rec.motorcycles",
            "rec.sport.hockey",
            "sci.crypt",
            "sci.space",
            "soc.religion.christian",
            "talk.politics.misc",
            "talk.religion.misc");

    /** One post. */
    record Post(String id, String label, List<FieldText> texts) {}

    private DriftCorpus() {}

    /** Reads the posts that have text, in a random order that is always the same. */
    static List<Post> read(Path file) throws IOException {
        List<Post> posts = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject json = JsonParser.parseString(line).getAsJsonObject();
                List<FieldText> texts = new ArrayList<>();
                for (String field : List.of("subject", "body")) {
                    String text = json.has(field) ? json.get(field).getAsString() : "";
                    if (!text.isBlank()) {
                        texts.add(new FieldText("subject".equals(field) ? 2 : 1, text));
                    }
                }
                posts.add(new Post(json.get("id").getAsString(), json.get("label").getAsString(), texts));
            }
        }
        return shuffled(posts, 1);
    }

    /** The same elements in a random order. */
    static <T> List<T> shuffled(List<T> all, long seed) {
        List<T> shuffled = new ArrayList<>(all);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            T swap = shuffled.get(i);
            shuffled.set(i, shuffled.get(j));
            shuffled.set(j, swap);
        }
        return shuffled;
    }

    /** The first of every {@code share} of ten posts. */
    static List<Post> part(List<Post> posts, int from, int to) {
        List<Post> part = new ArrayList<>();
        for (int i = 0; i < posts.size(); i++) {
            if (i % 10 >= from && i % 10 < to) {
                part.add(posts.get(i));
            }
        }
        return part;
    }
}
