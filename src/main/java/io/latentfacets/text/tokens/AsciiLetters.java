/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Which characters of a text are letters of ASCII, a bit for each, and the keys of runs of them. Looks at eight
 * characters at once, and does not branch by what they are: a loop that ends at each word's end makes the processor
 * guess wrong once a word, which takes longer than reading it. Reusable; not thread-safe.
 */
final class AsciiLetters {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EACH = 0x0101010101010101L;
    private static final long SMALL = TokenMemo.SMALL * EACH;
    private static final long HIGH = 0x8080808080808080L;

    private byte[] bytes = new byte[1024]; // characters of ASCII, and 0 for all others
    private long[] bits = new long[32];

    /** Takes the first characters of a text. */
    void read(char[] text, int length) {
        int words = (length >> 6) + 2; // a word behind the last one has no letters
        if (bits.length < words || bytes.length < words << 6) {
            bits = new long[words + words / 4];
            bytes = new byte[bits.length << 6];
        }
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (text[i] & ((text[i] - 128) >> 31));
        }
        int end = words << 6;
        Arrays.fill(bytes, length, end, (byte) 0);
        for (int word = 0; word < words; word++) {
            long found = 0;
            int from = word << 6;
            for (int i = 0; i < 64; i += 8) {
                long small = (long) LONGS.get(bytes, from + i) | SMALL;
                long letters = (small + (0x80 - 'a') * EACH) & ~(small + (0x7f - 'z') * EACH) & HIGH;
                found |= (((letters >>> 7) * 0x0102040810204080L) >>> 56) << i;
            }
            bits[word] = found;
        }
    }

    /** The memory that it holds, in bytes. */
    long ramBytes() {
        return bytes.length + (long) Long.BYTES * bits.length;
    }

    /** The number of letters from a position on, up to the first other character. */
    int run(int at) {
        int length = 0;
        while (true) {
            int from = at + length;
            int word = from >> 6;
            int bit = from & 63;
            long next = (bits[word] >>> bit) | ((bits[word + 1] << 1) << (63 - bit));
            int letters = Long.numberOfTrailingZeros(~next);
            length += letters;
            if (letters < Long.SIZE) {
                return length;
            }
        }
    }

    /** The {@link TokenMemo#key} of a run of letters. */
    long key(int at, int length) {
        if (length > TokenMemo.PACKED) {
            return 0;
        }
        long first = first(length);
        long then = first(length - Long.BYTES);
        long low = (long) LONGS.get(bytes, at) & first;
        long high = (long) LONGS.get(bytes, at + Long.BYTES) & then;
        long lowCapitals = ~low & first & SMALL;
        long highCapitals = ~high & then & SMALL;
        long writing;
        if ((lowCapitals | highCapitals) == 0) {
            writing = 0;
        } else if (lowCapitals == TokenMemo.SMALL && highCapitals == 0) {
            writing = 1;
        } else if (((low | high) & SMALL) == 0) {
            writing = 2;
        } else {
            return 0;
        }
        return packed(low)
                | (packed(high) << (Long.BYTES * TokenMemo.LETTER_BITS))
                | (writing << (TokenMemo.PACKED * TokenMemo.LETTER_BITS));
    }

    /** A mask of some bytes of a word; of none if there are less than 0, of all if there are more than 8. */
    private static long first(int count) {
        return count >= Long.BYTES ? -1 : (1L << (Math.max(0, count) * Byte.SIZE)) - 1;
    }

    /** The lowest five bits of each byte, beside each other. */
    private static long packed(long letters) {
        long pairs = (letters & 0x001f001f001f001fL) | ((letters & 0x1f001f001f001f00L) >>> 3);
        long fours = (pairs & 0x000003ff000003ffL) | ((pairs & 0x03ff000003ff0000L) >>> 6);
        return (fours & 0xfffff) | ((fours >>> Integer.SIZE) << 20);
    }
}
