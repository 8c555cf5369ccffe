/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.wire;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.opensearch.Version;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.NamedWriteableAwareStreamInput;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.TermQueryBuilder;
import org.opensearch.test.OpenSearchTestCase;

/** How builds with different formats read each other's messages. */
public class FrameTests extends OpenSearchTestCase {

    private static final int NEXT = WireFormat.current() + 1;

    /** A frame as a build of another format writes it. */
    private static StreamInput frameOf(int format, int readers, BytesReference message) throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        out.writeVInt(format);
        out.writeVInt(readers);
        out.writeBytesReference(message);
        out.writeString("behind");
        return out.bytes().streamInput();
    }

    private static BytesReference message(String name, int... more) throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        out.writeString(name);
        for (int value : more) {
            out.writeVInt(value);
        }
        return out.bytes();
    }

    public void testAFrameIsReadAsItWasWritten() throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString("news");
            frame.writeVInt(7);
        }
        out.writeString("behind");
        StreamInput in = out.bytes().streamInput();
        try (FrameInput frame = FrameInput.open(in)) {
            assertThat(frame.format(), equalTo(WireFormat.current()));
            assertThat(frame.readString(), equalTo("news"));
            assertThat(frame.readVInt(), equalTo(7));
        }
        assertThat(in.readString(), equalTo("behind"));
    }

    /** The bytes themselves: format, readers, length, message. */
    public void testTheBytesOfAFrame() throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeByte((byte) 42);
        }
        assertThat(out.bytes(), equalTo(new BytesArray(new byte[] {1, 1, 1, 42})));
    }

    public void testAnOlderBuildPassesOverWhatANewerOneAppended() throws IOException {
        StreamInput in = frameOf(NEXT, 1, message("news", 1, 2, 3));
        try (FrameInput frame = FrameInput.open(in)) {
            assertThat(frame.format(), equalTo(NEXT));
            assertThat(frame.readString(), equalTo("news"));
        }
        assertThat(in.readString(), equalTo("behind"));
    }

    public void testAMessageThatNeedsANewerReaderIsRefused() throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        try (FrameOutput frame = new FrameOutput(out, NEXT)) {
            frame.writeString("news");
        }
        StreamInput in = out.bytes().streamInput();
        IllegalStateException refused = expectThrows(IllegalStateException.class, () -> FrameInput.open(in));
        assertThat(refused.getMessage(), containsString("needs [" + NEXT + "]"));
    }

    /** A reader that does not read a value of its own format is wrong, not old. */
    public void testUnreadValuesOfAKnownFormatAreAnError() throws IOException {
        FrameInput frame = FrameInput.open(frameOf(WireFormat.current(), 1, message("news", 1)));
        frame.readString();
        IllegalStateException unread = expectThrows(IllegalStateException.class, frame::close);
        assertThat(unread.getMessage(), containsString("[1] bytes more"));
    }

    public void testAFrameKnowsTheServersVersionAndNamedWriteables() throws IOException {
        NamedWriteableRegistry registry = new NamedWriteableRegistry(List.of(
                new NamedWriteableRegistry.Entry(QueryBuilder.class, TermQueryBuilder.NAME, TermQueryBuilder::new)));
        BytesStreamOutput out = new BytesStreamOutput();
        out.setVersion(Version.V_3_0_0);
        QueryBuilder query = new TermQueryBuilder("field", "value");
        try (FrameOutput outer = new FrameOutput(out);
                FrameOutput inner = new FrameOutput(outer)) {
            assertThat(inner.getVersion(), equalTo(Version.V_3_0_0));
            inner.writeNamedWriteable(query);
        }
        StreamInput in = new NamedWriteableAwareStreamInput(out.bytes().streamInput(), registry);
        in.setVersion(Version.V_3_0_0);
        try (FrameInput outer = FrameInput.open(in);
                FrameInput inner = FrameInput.open(outer)) {
            assertThat(inner.getVersion(), equalTo(Version.V_3_0_0));
            assertThat(inner.readNamedWriteable(QueryBuilder.class), equalTo(query));
        }
    }

    private enum Colour implements WireEnum {
        BLUE(7),
        RED(0);

        private final int id;

        Colour(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }
    }

    public void testEnumsTravelByNumber() throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        WireEnum.write(out, Colour.BLUE);
        assertThat(out.bytes(), equalTo(new BytesArray(new byte[] {7})));
        assertThat(WireEnum.read(out.bytes().streamInput(), Colour.class), equalTo(Colour.BLUE));
    }

    public void testAnUnknownNumberIsRefusedAloneAndLeftOutOfASet() throws IOException {
        StreamInput alone = new BytesArray(new byte[] {3}).streamInput();
        IllegalStateException refused =
                expectThrows(IllegalStateException.class, () -> WireEnum.read(alone, Colour.class));
        assertThat(refused.getMessage(), containsString("[Colour] number [3]"));
        StreamInput set = new BytesArray(new byte[] {3, 3, 0, 7}).streamInput();
        Set<Colour> known = WireEnum.readSet(set, Colour.class);
        assertThat(known, equalTo(EnumSet.allOf(Colour.class)));
        BytesStreamOutput out = new BytesStreamOutput();
        WireEnum.writeSet(out, known);
        assertThat(WireEnum.readSet(out.bytes().streamInput(), Colour.class), equalTo(known));
    }
}
