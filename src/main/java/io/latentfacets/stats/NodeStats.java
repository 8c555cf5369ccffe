/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.opensearch.action.support.nodes.BaseNodeResponse;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * One node's statistics at one moment. The kind of a statistic decides the type of its value: Long, {@link Latency},
 * String or Boolean. Immutable.
 */
final class NodeStats extends BaseNodeResponse implements ToXContentFragment {

    private final Map<StatName, Object> values;

    /** @param values the values by name; the response omits absent names; not copied */
    NodeStats(DiscoveryNode node, Map<StatName, Object> values) {
        super(node);
        this.values = values;
    }

    NodeStats(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            values = new EnumMap<>(StatName.class);
            int size = frame.readVInt();
            for (int i = 0; i < size; i++) {
                StatName stat = WireEnum.find(StatName.class, frame.readVInt());
                Object value = read(WireEnum.read(frame, StatName.Kind.class), frame);
                if (stat != null) { // null: a newer node sent a statistic that this version does not have
                    values.put(stat, value);
                }
            }
        }
    }

    private static Object read(StatName.Kind kind, StreamInput in) throws IOException {
        return switch (kind) {
            case COUNTER, GAUGE -> in.readZLong();
            case LATENCY -> new Latency(in);
            case TEXT -> in.readString();
            case FLAG -> in.readBoolean();
        };
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeVInt(values.size());
            for (Map.Entry<StatName, Object> entry : values.entrySet()) {
                WireEnum.write(frame, entry.getKey());
                WireEnum.write(frame, entry.getKey().kind());
                switch (entry.getKey().kind()) {
                    case COUNTER, GAUGE -> frame.writeZLong((Long) entry.getValue());
                    case LATENCY -> ((Latency) entry.getValue()).writeTo(frame);
                    case TEXT -> frame.writeString((String) entry.getValue());
                    case FLAG -> frame.writeBoolean((Boolean) entry.getValue());
                }
            }
        }
    }

    /** The value; null if the request did not name the statistic or the node has no value. */
    Object value(StatName stat) {
        return values.get(stat);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        for (Map.Entry<StatName, Object> entry : values.entrySet()) {
            write(builder, entry.getKey(), entry.getValue(), params);
        }
        return builder;
    }

    static void write(XContentBuilder builder, StatName stat, Object value, Params params) throws IOException {
        builder.field(stat.key());
        if (value instanceof Latency latency) {
            latency.toXContent(builder, params);
        } else {
            builder.value(value);
        }
    }
}
