/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import io.latentfacets.wire.WireFormat;
import java.io.IOException;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.test.OpenSearchTestCase;

/** Options of two builds: the newer one has appended an option. */
public class OptionGroupTests extends OpenSearchTestCase {

    private static final int NEXT = WireFormat.current() + 1;

    private record Page(int size, double share) {}

    private static final Page DEFAULTS = new Page(10, 0.5);
    private static final Option<Page, Integer> SIZE =
            new Option<>("size", OptionType.integer(1, 100), Page::size, "hits");
    private static final Option<Page, Double> SHARE =
            new Option<>("share", OptionType.number(0, 1), Page::share, "of the hits").since(NEXT);
    private static final OptionGroup<Page> OLD = new OptionGroup<>(DEFAULTS, SIZE);
    private static final OptionGroup<Page> NEW = new OptionGroup<>(DEFAULTS, SIZE, SHARE);

    /** Writes the options as a build of the given format does. */
    private static StreamInput sent(OptionGroup<Page> group, int format, Page page) throws IOException {
        BytesStreamOutput framed = new BytesStreamOutput();
        try (FrameOutput frame = new FrameOutput(framed)) {
            group.write(frame, page);
        }
        StreamInput in = framed.bytes().streamInput();
        in.readVInt();
        BytesStreamOutput out = new BytesStreamOutput();
        out.writeVInt(format);
        out.writeBytes(in.readAllBytes());
        return out.bytes().streamInput();
    }

    public void testANewerBuildGivesAnOlderOnesMessageTheDefault() throws IOException {
        try (FrameInput frame = FrameInput.open(sent(OLD, WireFormat.current(), new Page(7, 0.25)))) {
            OptionGroup.Values<Page> values = NEW.read(frame);
            assertThat(values.get(SIZE), equalTo(7));
            assertThat(values.get(SHARE), equalTo(0.5));
        }
    }

    public void testAnOlderBuildPassesOverWhatANewerOneAppended() throws IOException {
        try (FrameInput frame = FrameInput.open(sent(NEW, NEXT, new Page(7, 0.25)))) {
            assertThat(OLD.read(frame).get(SIZE), equalTo(7));
        }
    }

    public void testTwoNewBuildsShareTheNewOption() throws IOException {
        try (FrameInput frame = FrameInput.open(sent(NEW, NEXT, new Page(7, 0.25)))) {
            assertThat(NEW.read(frame).get(SHARE), equalTo(0.25));
        }
    }

    public void testANewOptionGoesToTheEnd() {
        IllegalArgumentException refused =
                expectThrows(IllegalArgumentException.class, () -> new OptionGroup<>(DEFAULTS, SHARE, SIZE));
        assertThat(refused.getMessage(), containsString("[size] must stand before the newer [share]"));
    }
}
