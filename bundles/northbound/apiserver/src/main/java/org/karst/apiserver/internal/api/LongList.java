package org.karst.apiserver.internal.api;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.WebStream;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.storage.Snapshot;

/**
 * A list that is written while it is read, so that its memory does not grow with its length: the snapshot stays open as long as the client
 * reads. What fits into one chunk is answered whole.
 */
final class LongList {
    private static final int CHUNK = 64 * 1024;

    private final ResourceDefinition type;
    private final ListOptions options;
    private final Representation representation;
    private final Instant now;
    private final Snapshot snapshot;
    private final Snapshot.Entries entries;
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(CHUNK + CHUNK / 4);
    private boolean first = true;
    private boolean complete;

    LongList(
            ResourceDefinition type,
            ListOptions options,
            Representation representation,
            Instant now,
            long revision,
            Snapshot snapshot,
            Snapshot.Entries entries) {
        this.type = type;
        this.options = options;
        this.representation = representation;
        this.now = now;
        this.snapshot = snapshot;
        this.entries = entries;
        chunk.writeBytes(representation.listHead(type, Json.object().put("resourceVersion", Long.toString(revision))));
    }

    WebResponse answer() {
        boolean whole = false;
        try {
            fill();
            whole = complete;
        } catch (RuntimeException e) {
            snapshot.close();
            throw e;
        }
        if (whole) {
            snapshot.close();
            return WebResponse.of(200, Reads.JSON, chunk.toByteArray());
        }
        return WebResponse.streaming(200, Reads.JSON, stream -> stream.pump(() -> pump(stream), snapshot::close));
    }

    private void fill() {
        while (chunk.size() < CHUNK) {
            if (!entries.next()) {
                chunk.writeBytes(Reads.LIST_END);
                complete = true;
                return;
            }
            if (!first) {
                chunk.write(',');
            }
            first = false;
            chunk.writeBytes(representation.item(type, entries.json(), options.include(), now));
        }
    }

    private void pump(WebStream stream) {
        while (stream.isWritable()) {
            stream.write(chunk.toByteArray());
            chunk.reset();
            if (complete) {
                stream.end();
                return;
            }
            fill();
        }
    }
}
