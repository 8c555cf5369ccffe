/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.wire.WireEnum;

/** How many of a search's indices with the field are bound to the model. Decides whether its words are shown. */
public enum Coverage implements WireEnum {
    /** No index: the search gets keys and counts. */
    NONE(0),
    /** Some indices: whoever searches may read the words there, so he may see them here. */
    SOME(1),
    /** All indices: new words may be decoded from their documents, too. */
    ALL(2);

    private final int id;

    Coverage(int id) {
        this.id = id;
    }

    @Override
    public int id() {
        return id;
    }

    static Coverage of(long bound, long all) {
        return bound == 0 ? NONE : bound < all ? SOME : ALL;
    }
}
