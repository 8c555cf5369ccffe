/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;

/**
 * The base64 text of a stream of bytes, without line breaks, as ASCII. Keeps some ten kilobytes in memory. Not
 * thread-safe; closes the stream of bytes.
 */
final class Base64Text extends InputStream {

    /** A multiple of three, so that only the last piece is padded. */
    private static final int PIECE = 3 << 14;

    private final InputStream bytes;
    private byte[] text = new byte[0];
    private int position;

    Base64Text(InputStream bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == text.length) {
            text = Base64.getEncoder().encode(bytes.readNBytes(PIECE));
            position = 0;
            if (text.length == 0) {
                return -1;
            }
        }
        int n = Math.min(length, text.length - position);
        System.arraycopy(text, position, target, offset, n);
        position += n;
        return n;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
