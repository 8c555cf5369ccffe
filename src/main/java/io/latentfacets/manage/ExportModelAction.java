/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.CurationJson;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.opensearch.action.ActionType;
import org.opensearch.common.CheckedSupplier;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Exports a model's definition and one generation as one document. {@link ImportModelAction} reads it, in this cluster
 * or another one.
 */
public final class ExportModelAction extends ActionType<ExportModelAction.Response> {

    public static final String NAME = "cluster:admin/plugins/latent/models/export";
    public static final ExportModelAction INSTANCE = new ExportModelAction();

    /** The value of {@code format}; an import refuses any other. */
    static final String FORMAT = "latent-facets-model-1";

    private static final byte[] QUOTE = {'"'};

    private ExportModelAction() {
        super(NAME, Response::new);
    }

    /**
     * The exported model. The archive is base64 in JSON, and bytes in CBOR and SMILE (see the Accept header). It is
     * read when the response is written, on a thread that may block.
     */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final ModelDefinition definition;
        private final int generation;
        private final ClusterEdits edits;
        private final long bytes;
        private final CheckedSupplier<InputStream, IOException> archive;

        /**
         * @param edits the custom labels and hidden flags of the generation's clusters and parents
         * @param bytes the length of the archive
         * @param archive opens the archive
         */
        Response(
                ModelDefinition definition,
                int generation,
                ClusterEdits edits,
                long bytes,
                CheckedSupplier<InputStream, IOException> archive) {
            this.definition = definition;
            this.generation = generation;
            this.edits = edits;
            this.bytes = bytes;
            this.archive = archive;
        }

        /**
         * The same response, of which writing ends at the next megabyte once nobody waits for it.
         *
         * @param wanted whether somebody still waits; asked before each megabyte of the archive, on the writing thread
         */
        Response whileWanted(BooleanSupplier wanted) {
            return new Response(definition, generation, edits, bytes, () -> new WantedStream(archive.get(), wanted));
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                definition = new ModelDefinition(frame);
                generation = frame.readVInt();
                edits = ClusterEdits.fromJson(frame.readString()).with(CurationJson.read(frame.readString()));
                BytesReference read = frame.readBytesReference();
                bytes = read.length();
                archive = read::streamInput;
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                definition.writeTo(frame);
                frame.writeVInt(generation);
                frame.writeString(edits.toJson());
                frame.writeString(CurationJson.write(edits.curation()));
                frame.writeByteArray(read());
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject()
                    .field("format", FORMAT)
                    .field("model", definition.name())
                    .field("generation", generation)
                    .field("definition");
            definition.toXContent(builder, params);
            if (!edits.byKey().isEmpty()) {
                builder.startObject("clusters");
                for (Map.Entry<String, ClusterEdits.Edit> edit : new TreeMap<>(edits.byKey()).entrySet()) {
                    ClusterEdits.write(edit.getKey(), edit.getValue(), builder);
                }
                builder.endObject();
            }
            if (!edits.curation().isNone()) {
                builder.field("curation");
                CurationJson.write(edits.curation(), builder);
            }
            if (takesText(builder, params)) {
                try (InputStream text = quoted(new Base64Text(archive.get()))) {
                    builder.rawField("archive", text, builder.contentType());
                }
            } else {
                builder.field("archive", read());
            }
            return builder.endObject();
        }

        /** Whether the builder copies JSON as it is; otherwise it would parse the text as one string. */
        private static boolean takesText(XContentBuilder builder, Params params) {
            return builder.contentType() == MediaTypeRegistry.JSON
                    && !builder.generator().isPrettyPrint()
                    && params.param("filter_path") == null;
        }

        private static InputStream quoted(InputStream text) {
            InputStream begin = new ByteArrayInputStream(QUOTE);
            InputStream end = new ByteArrayInputStream(QUOTE);
            return new SequenceInputStream(Collections.enumeration(List.of(begin, text, end)));
        }

        /** Fails with an IOException once nobody wants what it reads. */
        private static final class WantedStream extends FilterInputStream {
            private static final int BETWEEN_LOOKS = 1 << 20;

            private final BooleanSupplier wanted;
            private int left;

            WantedStream(InputStream in, BooleanSupplier wanted) {
                super(in);
                this.wanted = wanted;
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (left <= 0) {
                    if (!wanted.getAsBoolean()) {
                        throw new IOException("the export ends: its client has closed the connection");
                    }
                    left = BETWEEN_LOOKS;
                }
                int n = in.read(target, offset, Math.min(length, left));
                left -= Math.max(n, 0);
                return n;
            }
        }

        private byte[] read() throws IOException {
            byte[] all = new byte[Math.toIntExact(bytes)];
            try (InputStream in = archive.get()) {
                if (in.readNBytes(all, 0, all.length) < all.length) {
                    throw new EOFException("the archive has less than [" + bytes + "] bytes");
                }
            }
            return all;
        }
    }
}
