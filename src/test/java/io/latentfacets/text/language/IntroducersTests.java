/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.language;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class IntroducersTests {
    private static boolean precedes(Language language, String text, String word) {
        return Introducers.precedes(language, text, text.indexOf(word));
    }

    @Test
    public void onlyTheWordDirectlyBefore() {
        assertTrue(precedes(null, "of the\n key", "key"));
        assertTrue(precedes(Language.ENGLISH, "The key", "key"));
        assertFalse("another word between", precedes(null, "the public key", "key"));
        assertFalse("punctuation between", precedes(null, "the, key", "key"));
        assertFalse("no blank between", precedes(null, "the-key", "key"));
        assertFalse("the end of a word", precedes(null, "bathe key", "key"));
        assertFalse("no introducer", precedes(null, "to key", "key"));
        assertFalse("the beginning of the text", precedes(null, "key", "key"));
        assertFalse("a blank at the beginning", precedes(null, " key", "key"));
        assertTrue("a number", precedes(null, "of 1,200 barrels", "barrels"));
        assertFalse("the end of a sentence", precedes(null, "since 1.2. Barrels", "Barrels"));
        assertFalse("a long word", precedes(null, "theoretically key", "key"));
    }

    @Test
    public void eachLanguageHasItsOwn() {
        assertTrue(precedes(Language.GERMAN, "einen Schlüssel", "Schlüssel"));
        assertFalse(precedes(Language.ENGLISH, "einen Schlüssel", "Schlüssel"));
        assertFalse(precedes(Language.FINNISH, "the key", "key"));
        assertTrue(Introducers.known(null));
        assertFalse(Introducers.known(Language.FINNISH));
    }
}
