/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.neighbors.ReadableDocuments;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** What a prompt has in it. Immutable. */
final class PromptOptions {

    private static final Pattern LANGUAGE = Pattern.compile("[\\p{L}\\p{M}][\\p{L}\\p{M} ()-]{0,39}");

    private static final Option<PromptOptions, List<String>> INDEX = new Option<>(
            ReadableDocuments.INDEX,
            OptionType.strings("a name, pattern, alias or data stream, or an array of up to 1,000", 1, 1000),
            PromptOptions::indices,
            "none",
            "where sentences of the cluster's documents are read, as the caller; without it there are none");
    private static final Option<PromptOptions, Integer> SENTENCES = new Option<>(
            "sentences", OptionType.integer(0, 20), PromptOptions::sentences, "the largest number of sentences");
    private static final Option<PromptOptions, Integer> TERMS = new Option<>(
            "terms", OptionType.integer(1, 30), PromptOptions::terms, "the largest number of terms of the cluster");
    private static final Option<PromptOptions, Integer> NEIGHBORS = new Option<>(
            "neighbors",
            OptionType.integer(0, 10),
            PromptOptions::neighbors,
            "how many of the nearest clusters it must be told apart from, each with its label and five terms");
    private static final Option<PromptOptions, Integer> WORDS = new Option<>(
            "words", OptionType.integer(1, 10), PromptOptions::words, "the largest number of words of the label");
    private static final Option<PromptOptions, String> LANGUAGE_OF_LABEL = new Option<>(
            "language", nameOfLanguage(), PromptOptions::language, "that of the documents", "language of the label");
    private static final Option<PromptOptions, Boolean> SYSTEM_MESSAGE = new Option<>(
            "system_message",
            OptionType.bool(),
            PromptOptions::systemMessage,
            "whether the rules are a message of the role `system`; `false` for models without one: then they begin the message of the user");
    private static final Option<PromptOptions, Integer> MAX_DOCUMENTS = new Option<>(
            "max_documents",
            OptionType.integer(1, 200),
            PromptOptions::maxDocuments,
            "how many documents are read for the sentences");
    private static final Option<PromptOptions, String> LATENT_FIELD = new Option<>(
            ReadableDocuments.LATENT_FIELD,
            OptionType.string(),
            PromptOptions::latentField,
            "the only `latent_vector` field of the model in these indices",
            "field or field alias");

    static final OptionGroup<PromptOptions> OPTIONS = new OptionGroup<>(
            new PromptOptions(),
            INDEX,
            SENTENCES,
            TERMS,
            NEIGHBORS,
            WORDS,
            LANGUAGE_OF_LABEL,
            SYSTEM_MESSAGE,
            MAX_DOCUMENTS,
            LATENT_FIELD);

    private final List<String> indices;
    private final int sentences;
    private final int terms;
    private final int neighbors;
    private final int words;
    private final String language;
    private final boolean systemMessage;
    private final int maxDocuments;
    private final String latentField;

    private static OptionType<String> nameOfLanguage() {
        OptionType<String> text = OptionType.string();
        String bound = "up to 40 letters, spaces, hyphens and parentheses, such as `German`";
        return new OptionType<>(
                bound,
                (from, key) -> {
                    String language = from.string(key, null);
                    if (language != null && !LANGUAGE.matcher(language).matches()) {
                        throw from.bad(key, "the name of a language, " + bound, language);
                    }
                    return language;
                },
                text.ofText(),
                text.in(),
                text.out(),
                text.shown());
    }

    /** The defaults. */
    private PromptOptions() {
        indices = List.of();
        sentences = 5;
        terms = 15;
        neighbors = 4;
        words = 4;
        language = null;
        systemMessage = true;
        maxDocuments = 30;
        latentField = null;
    }

    private PromptOptions(OptionGroup.Values<PromptOptions> values) {
        indices = List.copyOf(values.get(INDEX));
        sentences = values.get(SENTENCES);
        terms = values.get(TERMS);
        neighbors = values.get(NEIGHBORS);
        words = values.get(WORDS);
        language = values.get(LANGUAGE_OF_LABEL);
        systemMessage = values.get(SYSTEM_MESSAGE);
        maxDocuments = values.get(MAX_DOCUMENTS);
        latentField = values.get(LATENT_FIELD);
    }

    /** @throws IllegalArgumentException for a bad value; the caller refuses unknown keys */
    static PromptOptions of(StrictMap body) {
        return new PromptOptions(OPTIONS.parse(body));
    }

    /** @param frame has these options as its last values */
    static PromptOptions read(FrameInput frame) throws IOException {
        return new PromptOptions(OPTIONS.read(frame));
    }

    /** Where sentences are read; empty for none. */
    List<String> indices() {
        return indices;
    }

    int sentences() {
        return sentences;
    }

    int terms() {
        return terms;
    }

    int neighbors() {
        return neighbors;
    }

    int words() {
        return words;
    }

    /** The language of the label; null for that of the documents. */
    String language() {
        return language;
    }

    boolean systemMessage() {
        return systemMessage;
    }

    int maxDocuments() {
        return maxDocuments;
    }

    /** The field with the latents; null for the only one. */
    String latentField() {
        return latentField;
    }
}
