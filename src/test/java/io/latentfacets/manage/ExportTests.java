/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.ModelFixtures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.test.OpenSearchTestCase;

/** An export is written from a stream: what it takes does not grow with the archive. */
public class ExportTests extends OpenSearchTestCase {

    private static ExportModelAction.Response response(byte[] archive) {
        return new ExportModelAction.Response(
                ModelFixtures.definition("m"),
                3,
                ClusterEdits.NONE.with("c1", new ClusterEdits.Edit("Grain", true)),
                archive.length,
                () -> new ByteArrayInputStream(archive));
    }

    private static Map<String, Object> written(
            ExportModelAction.Response response, XContentBuilder builder, Map<String, String> params)
            throws IOException {
        response.toXContent(builder, new ToXContent.MapParams(params));
        return XContentHelper.convertToMap(BytesReference.bytes(builder), true, builder.contentType())
                .v2();
    }

    public void testBase64IsTheSameAtAnyLength() throws IOException {
        for (int length : new int[] {0, 1, 2, 3, 49_151, 49_152, 49_153, 200_000}) {
            byte[] bytes = randomByteArrayOfLength(length);
            try (InputStream text = new Base64Text(new ByteArrayInputStream(bytes))) {
                ByteArrayOutputStream read = new ByteArrayOutputStream();
                if (randomBoolean()) {
                    text.transferTo(read);
                } else {
                    for (int b = text.read(); b >= 0; b = text.read()) {
                        read.write(b);
                    }
                }
                assertThat(
                        read.toString(StandardCharsets.US_ASCII),
                        equalTo(Base64.getEncoder().encodeToString(bytes)));
            }
        }
    }

    public void testTheArchiveIsTheSameInEveryFormat() throws IOException {
        byte[] archive = randomByteArrayOfLength(100_001);
        String text = Base64.getEncoder().encodeToString(archive);
        Map<String, Object> json = written(response(archive), XContentFactory.jsonBuilder(), Map.of());
        assertThat(json.get("archive"), equalTo(text));
        assertThat(json.get("format"), equalTo(ExportModelAction.FORMAT));
        assertThat(json.get("generation"), equalTo(3));
        assertThat(json.get("clusters"), equalTo(Map.of("c1", Map.of("label", "Grain", "hidden", true))));
        assertThat(
                written(response(archive), XContentFactory.jsonBuilder().prettyPrint(), Map.of("pretty", "true")),
                equalTo(json));
        byte[] cbor = (byte[]) written(response(archive), XContentFactory.cborBuilder(), Map.of())
                .get("archive");
        assertArrayEquals(archive, cbor);
    }

    public void testAFilterAppliesToTheArchiveToo() throws IOException {
        Map<String, String> params = Map.of("filter_path", "format");
        XContentBuilder filtered =
                new XContentBuilder(MediaTypeRegistry.JSON.xContent(), new BytesStreamOutput(), Set.of("format"));
        assertThat(
                written(response(new byte[1000]), filtered, params),
                equalTo(Map.of("format", ExportModelAction.FORMAT)));
    }

    public void testAnotherNodeReadsTheSame() throws IOException {
        byte[] archive = randomByteArrayOfLength(5000);
        ExportModelAction.Response copy =
                copyWriteable(response(archive), writableRegistry(), ExportModelAction.Response::new);
        assertThat(
                written(copy, XContentFactory.jsonBuilder(), Map.of()),
                equalTo(written(response(archive), XContentFactory.jsonBuilder(), Map.of())));
    }

    public void testAnArchiveAsLargeAsTheHeapIsWritten() throws IOException {
        long bytes = Runtime.getRuntime().maxMemory();
        ExportModelAction.Response response = new ExportModelAction.Response(
                ModelFixtures.definition("m"), 1, ClusterEdits.NONE, bytes, () -> new Zeros(bytes));
        Counter counter = new Counter();
        try (XContentBuilder builder = XContentFactory.jsonBuilder(counter)) {
            response.toXContent(builder, ToXContent.EMPTY_PARAMS);
        }
        assertThat(counter.count / (bytes / 3 * 4), equalTo(1L));
    }

    /** Once the client has closed the connection, no further megabyte is read, and the archive is closed. */
    public void testWritingEndsWithItsClient() throws IOException {
        for (boolean text : new boolean[] {true, false}) {
            AtomicLong read = new AtomicLong();
            AtomicBoolean closed = new AtomicBoolean();
            int bytes = 64 << 20;
            ExportModelAction.Response response = new ExportModelAction.Response(
                            ModelFixtures.definition("m"),
                            1,
                            ClusterEdits.NONE,
                            bytes,
                            () -> new FilterInputStream(new Zeros(bytes)) {
                                @Override
                                public int read(byte[] target, int offset, int length) throws IOException {
                                    int n = super.read(target, offset, length);
                                    read.addAndGet(n);
                                    return n;
                                }

                                @Override
                                public void close() {
                                    closed.set(true);
                                }
                            })
                    .whileWanted(() -> read.get() < 3 << 20);
            XContentBuilder builder = text
                    ? XContentFactory.jsonBuilder(new Counter())
                    : new XContentBuilder(XContentType.CBOR.xContent(), new Counter());
            IOException e =
                    expectThrows(IOException.class, () -> response.toXContent(builder, ToXContent.EMPTY_PARAMS));
            assertThat(e.getMessage(), equalTo("the export ends: its client has closed the connection"));
            assertThat(read.get(), equalTo(3L << 20));
            assertTrue(closed.get());
        }
    }

    public void testTheClustersOfAnArchiveAreReadWithoutTheRest() throws IOException {
        Generation generation = ModelFixtures.generation("m", 2, createTempDir(), 0);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        generation.writeTo(archive);
        byte[] bytes = archive.toByteArray();
        assertThat(
                Generation.readClusters(new ByteArrayInputStream(bytes)).infos(),
                equalTo(generation.clusters().infos()));
        IOException early = expectThrows(
                IOException.class, () -> Generation.readClusters(new ByteArrayInputStream(bytes, 0, 2000)));
        assertThat(early.getMessage(), equalTo("the archive of a generation ends too early"));
    }

    /** So many zeros. */
    private static final class Zeros extends InputStream {
        private long left;

        private Zeros(long bytes) {
            left = bytes;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int n = (int) Math.min(length, left);
            left -= n;
            return n == 0 && length > 0 ? -1 : n;
        }
    }

    private static final class Counter extends OutputStream {
        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
