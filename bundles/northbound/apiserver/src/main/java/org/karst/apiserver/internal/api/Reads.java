package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Instant;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.storage.ObjectKey;
import org.karst.apiserver.internal.storage.Snapshot;
import org.karst.apiserver.internal.storage.Store;
import org.karst.apiserver.internal.storage.TooOldException;

/** Get and list. */
final class Reads {
    static final String JSON = "application/json";
    /** What stands after the items of a list. */
    static final byte[] LIST_END = {']', '}'};

    private final Store store;
    private final Clock clock;

    Reads(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    WebResponse get(
            ResourceDefinition type, String namespace, String name, Representation representation, String include) {
        try (Snapshot snapshot = store.snapshot()) {
            byte[] json = snapshot.get(type.key(namespace, name));
            if (json == null) {
                throw Rejection.notFound(type, name);
            }
            return WebResponse.of(200, JSON, representation.one(type, json, include, clock.instant(), true));
        }
    }

    WebResponse list(ResourceDefinition type, String namespace, ListOptions options, Representation representation) {
        Snapshot snapshot = store.snapshot();
        boolean handedOn = false;
        try {
            long revision = revision(snapshot, options);
            Snapshot.Entries entries = snapshot.listAt(
                    type.qualified(),
                    namespace,
                    options.start().map(ListOptions.Continue::last).orElse(null),
                    revision,
                    store.history());
            // Objects that nobody has to look into can go out while they are read.
            handedOn = options.selector().acceptsAll() && options.limit() == 0;
            return handedOn
                    ? new LongList(type, options, representation, clock.instant(), revision, snapshot, entries).answer()
                    : WebResponse.of(200, JSON, list(type, entries, revision, options, representation));
        } catch (TooOldException e) {
            throw Rejection.expired(
                    options.start().isPresent()
                            ? "The provided continue parameter is too old to display a consistent list result. You can"
                                    + " start a new list without the continue parameter."
                            : "The resourceVersion for the provided list is too old.");
        } finally {
            if (!handedOn) {
                snapshot.close();
            }
        }
    }

    private static long revision(Snapshot snapshot, ListOptions options) {
        long asked = options.start().isPresent()
                ? options.start().get().revision()
                : options.resourceVersion().orElse(0);
        if (asked > snapshot.revision()) {
            throw Rejection.revisionInFuture(asked, snapshot.revision());
        }
        boolean past = options.start().isPresent() || (options.exact() && asked > 0);
        return past ? asked : snapshot.revision();
    }

    private byte[] list(
            ResourceDefinition type,
            Snapshot.Entries entries,
            long revision,
            ListOptions options,
            Representation representation) {
        Instant now = clock.instant();
        ByteArrayOutputStream items = new ByteArrayOutputStream();
        long count = 0;
        ObjectKey last = null;
        String token = "";
        while (entries.next()) {
            byte[] json = entries.json();
            if (!options.selects(type, json)) {
                continue;
            }
            if (options.limit() > 0 && count == options.limit()) {
                token = new ListOptions.Continue(revision, last).token();
                break;
            }
            if (count++ > 0) {
                items.write(',');
            }
            items.writeBytes(representation.item(type, json, options.include(), now));
            last = entries.key();
        }
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(revision));
        if (!token.isEmpty()) {
            metadata.put("continue", token);
        }
        byte[] head = representation.listHead(type, metadata);
        ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length + items.size() + LIST_END.length);
        whole.writeBytes(head);
        whole.writeBytes(items.toByteArray());
        whole.writeBytes(LIST_END);
        return whole.toByteArray();
    }
}
