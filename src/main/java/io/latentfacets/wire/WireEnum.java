/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.wire;

import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/**
 * An enum that nodes exchange by fixed numbers instead of by position, so that constants can be added anywhere and
 * removed. A number is never reused for another constant.
 */
public interface WireEnum {

    /** The number of this constant, at least 0, unique in its enum. */
    int id();

    /** Writes one constant. */
    static <E extends Enum<E> & WireEnum> void write(StreamOutput out, E value) throws IOException {
        out.writeVInt(value.id());
    }

    /**
     * Reads one constant.
     *
     * @throws IllegalStateException for a number that no constant has: the writer's build is newer
     */
    static <E extends Enum<E> & WireEnum> E read(StreamInput in, Class<E> type) throws IOException {
        int id = in.readVInt();
        E found = find(type, id);
        if (found == null) {
            throw new IllegalStateException("a node sent [" + type.getSimpleName() + "] number [" + id
                    + "], which this version of latent-facets does not know");
        }
        return found;
    }

    /** Writes several constants. */
    static <E extends Enum<E> & WireEnum> void writeSet(StreamOutput out, Collection<E> values) throws IOException {
        out.writeCollection(values, WireEnum::write);
    }

    /** Reads several constants and skips those that this build does not know. */
    static <E extends Enum<E> & WireEnum> Set<E> readSet(StreamInput in, Class<E> type) throws IOException {
        Set<E> known = EnumSet.noneOf(type);
        for (int left = in.readVInt(); left > 0; left--) {
            E found = find(type, in.readVInt());
            if (found != null) {
                known.add(found);
            }
        }
        return known;
    }

    /** The constant with a number, or null if there is none. */
    static <E extends Enum<E> & WireEnum> E find(Class<E> type, int id) {
        for (E constant : type.getEnumConstants()) {
            if (constant.id() == id) {
                return constant;
            }
        }
        return null;
    }
}
