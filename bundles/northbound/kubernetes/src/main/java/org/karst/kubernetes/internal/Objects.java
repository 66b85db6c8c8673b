package org.karst.kubernetes.internal;

import java.io.IOException;
import java.util.Optional;
import org.karst.kubernetes.ApiObject;
import org.karst.pipeline.ObjectItem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates and deletes whole objects. What exists under a name is never overwritten. */
final class Objects {
    private static final Logger LOG = LoggerFactory.getLogger(Objects.class);
    private static final String JSON = "application/json";
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final ApiAccess access;
    private final ResourcePaths paths;

    Objects(ApiAccess access, ResourcePaths paths) {
        this.access = access;
        this.paths = paths;
    }

    /** Makes an object be there or be gone. */
    void write(ApiObject object, ObjectItem item) throws IOException {
        Optional<String> path = paths.of(object);
        if (path.isEmpty()) {
            LOG.warn("{} cannot be written: the API serves no {} of {}", object, item.kind(), item.apiVersion());
        } else if (item.spec().isPresent()) {
            create(object, path.get(), item.spec().get());
        } else {
            delete(object, path.get(), item.uid());
        }
    }

    private void create(ApiObject object, String path, String spec) throws IOException {
        JsonDocument.Builder body = new JsonDocument.Builder()
                .put("apiVersion", object.apiVersion())
                .put("kind", object.kind())
                .put("metadata.name", object.name());
        if (!object.namespace().isEmpty()) {
            body.put("metadata.namespace", object.namespace());
        }
        body.put(java.util.List.of("spec"), JsonDocument.parse(spec));
        try {
            access.send("POST", path.substring(0, path.lastIndexOf('/')), JSON, body.build());
        } catch (ApiException e) {
            if (e.code() != CONFLICT) {
                throw e;
            }
            // Whoever wants it sees in his watch who was first, and decides anew.
            LOG.debug("{} is there already", object);
        }
    }

    private void delete(ApiObject object, String path, String uid) throws IOException {
        String body = new JsonDocument.Builder().put("preconditions.uid", uid).build();
        try {
            access.send("DELETE", path, JSON, body);
        } catch (ApiException e) {
            if (e.code() != NOT_FOUND && e.code() != CONFLICT) {
                throw e;
            }
            LOG.debug("{} is gone already, or another of its name is there", object);
        }
    }
}
