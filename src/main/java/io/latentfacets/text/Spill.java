/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import io.latentfacets.text.tokens.Gap;
import java.io.Closeable;
import java.io.IOException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;

/**
 * The words of a corpus on disk, in reading order. The owner writes the file once and replays it several times. Each
 * word takes one variable-length integer. Not thread-safe; {@link #close} deletes the file.
 */
final class Spill implements Closeable {
    /** Receives a replay. */
    interface Visitor {
        /**
         * Starts a value of a field.
         *
         * @param weight the count of one occurrence of a word in this field
         * @param language the language of the text, {@code null} if not known
         */
        void field(float weight, Language language);

        /**
         * Receives a word.
         *
         * @param form the id of the form in the {@link Lexicon}
         * @param adjacent whether the word directly follows the previous one
         */
        void word(int form, boolean adjacent);

        /** Receives a gap between words. Most visitors ignore it. */
        default void gap(Gap gap) {}

        /** Announces that a word that introduces a noun stands before the next word. Most visitors ignore it. */
        default void introduced() {}

        void endDocument() throws IOException;
    }

    private static final int NO_LANGUAGE = 0xff;
    private static final int END_DOCUMENT = 0;
    private static final int FIELD = 1;
    private static final int NUMBER = 2;
    private static final int ADDRESS = 3;
    private static final int INTRODUCED = 4;
    private static final int FIRST_WORD = 5;

    private final Directory directory;
    private final IndexOutput out;
    private final String name;
    private boolean written;
    private boolean closed;

    Spill(Directory directory) throws IOException {
        this.directory = directory;
        this.out = directory.createTempOutput("latent", "words", IOContext.DEFAULT);
        this.name = out.getName();
    }

    @SuppressWarnings("EnumOrdinal") // the file does not outlive this object
    void field(float weight, Language language) throws IOException {
        out.writeVInt(FIELD);
        out.writeByte((byte) (language == null ? NO_LANGUAGE : language.ordinal()));
        out.writeInt(Float.floatToIntBits(weight));
    }

    void word(int form, boolean adjacent) throws IOException {
        out.writeVInt(((form << 1) | (adjacent ? 1 : 0)) + FIRST_WORD);
    }

    void gap(Gap gap) throws IOException {
        out.writeVInt(gap == Gap.NUMBER ? NUMBER : ADDRESS);
    }

    void introduced() throws IOException {
        out.writeVInt(INTRODUCED);
    }

    void endDocument() throws IOException {
        out.writeVInt(END_DOCUMENT);
    }

    /** Ends writing; {@link #replay} works only after this call. */
    void finish() throws IOException {
        written = true;
        out.close();
    }

    void replay(Visitor visitor) throws IOException {
        Language[] languages = Language.values();
        try (IndexInput in = directory.openInput(name, IOContext.READONCE)) {
            long length = in.length();
            while (in.getFilePointer() < length) {
                int code = in.readVInt();
                if (code == END_DOCUMENT) {
                    visitor.endDocument();
                } else if (code == FIELD) {
                    int language = in.readByte() & 0xff;
                    visitor.field(
                            Float.intBitsToFloat(in.readInt()), language == NO_LANGUAGE ? null : languages[language]);
                } else if (code == INTRODUCED) {
                    visitor.introduced();
                } else if (code < FIRST_WORD) {
                    visitor.gap(code == NUMBER ? Gap.NUMBER : Gap.ADDRESS);
                } else {
                    int word = code - FIRST_WORD;
                    visitor.word(word >> 1, (word & 1) != 0);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (!written) {
            IOUtils.closeWhileHandlingException(out);
        }
        directory.deleteFile(name);
    }
}
