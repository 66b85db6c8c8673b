package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.karst.apiserver.internal.api.Writes.Written;
import org.karst.apiserver.internal.custom.Definitions;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.ObjectMetadata;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Trait;
import org.karst.apiserver.internal.storage.ObjectKey;
import org.karst.apiserver.internal.storage.Stored;
import org.karst.apiserver.internal.storage.Transaction;

/** Delete, with what holds an object and what goes with it. Each is one operation on the writer of the store. */
final class Deletions {
    /** Namespaces that the cluster itself needs. */
    private static final Set<String> PERMANENT_NAMESPACES = Set.of("default", "kube-system", "kube-public");

    private final Catalog resources;
    private final Clock clock;

    /** Preconditions of a deletion; empty strings ask nothing. */
    record Preconditions(String uid, String resourceVersion) {
        static final Preconditions NONE = new Preconditions("", "");
    }

    Deletions(Catalog resources, Clock clock) {
        this.resources = resources;
        this.clock = clock;
    }

    /** Deletes an object, or marks it if finalizers or content hold it. */
    CompletableFuture<Written> delete(ResourceDefinition type, String namespace, String name, DeleteOptions how) {
        return resources.write(
                how.dryRun(), transaction -> delete(transaction, type, namespace, name, how.preconditions()));
    }

    private Written delete(
            Transaction transaction,
            ResourceDefinition type,
            String namespace,
            String name,
            Preconditions preconditions) {
        ObjectKey key = type.key(namespace, name);
        byte[] json = transaction.get(key);
        if (json == null) {
            throw Rejection.notFound(type, name);
        }
        if (type.has(Trait.CONTAINER) && PERMANENT_NAMESPACES.contains(name)) {
            throw Rejection.forbidden(type, name, "this namespace may not be deleted");
        }
        ObjectNode before = Json.readObject(json);
        JsonNode was = before.path("metadata");
        expectPrecondition(
                type,
                name,
                "UID",
                preconditions.uid(),
                Json.text(was.path("uid")),
                "The object might have been deleted and then recreated");
        expectPrecondition(
                type,
                name,
                "ResourceVersion",
                preconditions.resourceVersion(),
                Json.text(was.path("resourceVersion")),
                "The object might have been modified");
        List<Content> content = content(type, name);
        if (!content.isEmpty()) {
            content.forEach(part -> deleteContent(transaction, part));
            if (transaction.get(key) == null) {
                return new Written(before, type.stored(before), false, true);
            }
        }
        ObjectNode object = before.deepCopy();
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        boolean first = !metadata.has("deletionTimestamp");
        if (first) {
            metadata.put("deletionTimestamp", ObjectMetadata.timestamp(clock.instant()));
            metadata.put("deletionGracePeriodSeconds", 0);
            if (type.has(Trait.CONTAINER)) {
                Json.child(object, "status").put("phase", "Terminating");
            }
            if (content.stream().anyMatch(part -> part.isThere(transaction)) && type.has(Trait.DEFINES_RESOURCE)) {
                Definitions.markTerminating(object, ObjectMetadata.timestamp(clock.instant()));
            }
        }
        if (!isHeld(transaction, type, name, metadata)) {
            return remove(transaction, type, key, type.stored(before), object);
        }
        if (first) {
            metadata.put("resourceVersion", Long.toString(transaction.next()));
            transaction.put(key, Optional.of(type.stored(before)), type.stored(object));
        }
        return new Written(object, type.stored(object), false, false);
    }

    private static void expectPrecondition(
            ResourceDefinition type, String name, String what, String wanted, String actual, String hint) {
        if (!wanted.isEmpty() && !wanted.equals(actual)) {
            throw Rejection.failedPrecondition(type, name, what, wanted, actual, hint);
        }
    }

    /** Deletes all objects of a collection that a filter accepts; gives them as they were before. */
    CompletableFuture<List<ObjectNode>> deleteAll(
            ResourceDefinition type, String namespace, Predicate<ObjectNode> filter, DeleteOptions how) {
        return resources.write(how.dryRun(), transaction -> {
            List<ObjectNode> deleted = new ArrayList<>();
            for (ObjectKey key : transaction.keys(type.qualified(), namespace)) {
                ObjectNode object = Json.readObject(transaction.get(key));
                if (filter.test(object)) {
                    delete(transaction, type, key.namespace(), key.name(), how.preconditions());
                    deleted.add(object);
                }
            }
            return deleted;
        });
    }

    /**
     * Objects that go with another one, and hold it as long as they are there.
     *
     * @param type of the objects
     * @param namespace where they are; empty for everywhere
     */
    private record Content(ResourceDefinition type, String namespace) {
        boolean isThere(Transaction transaction) {
            return transaction.hasAny(type.qualified(), namespace);
        }
    }

    /** What goes with an object: of a namespace all that is in it, of a definition all objects of its kind. */
    private List<Content> content(ResourceDefinition type, String name) {
        if (type.has(Trait.CONTAINER)) {
            return resources.get().namespaced().stream()
                    .map(inside -> new Content(inside, name))
                    .toList();
        }
        return type.has(Trait.DEFINES_RESOURCE)
                ? resources.get().stored(name).map(kind -> new Content(kind, "")).stream()
                        .toList()
                : List.of();
    }

    private void deleteContent(Transaction transaction, Content content) {
        for (ObjectKey key : transaction.keys(content.type().qualified(), content.namespace())) {
            if (transaction.get(key) != null) {
                delete(transaction, content.type(), key.namespace(), key.name(), Preconditions.NONE);
            }
        }
    }

    /** Whether something must happen before the object can go: finalizers, or content. */
    boolean isHeld(Transaction transaction, ResourceDefinition type, String name, JsonNode metadata) {
        return ObjectMetadata.hasFinalizers(metadata)
                || content(type, name).stream().anyMatch(part -> part.isThere(transaction));
    }

    /** Takes an object away; {@code last} is its last state. */
    Written remove(Transaction transaction, ResourceDefinition type, ObjectKey key, Stored before, ObjectNode last) {
        ((ObjectNode) last.get("metadata")).put("resourceVersion", Long.toString(transaction.next()));
        Stored stored = type.stored(last);
        transaction.remove(key, before, stored);
        if (type.has(Trait.NAMESPACED)) {
            removeEmpty(transaction, resources.get().containers(), key.namespace());
        }
        if (type.has(Trait.CUSTOM)) {
            removeEmpty(transaction, Definitions.RESOURCE, type.qualified());
        }
        return new Written(last, stored, false, true);
    }

    /** The last object inside of another that is being deleted takes that with it. */
    private void removeEmpty(Transaction transaction, ResourceDefinition type, String name) {
        ObjectKey key = type.key("", name);
        byte[] json = transaction.get(key);
        if (json == null) {
            return;
        }
        ObjectNode holder = Json.readObject(json);
        if (!holder.path("metadata").has("deletionTimestamp")
                || content(type, name).stream().anyMatch(part -> part.isThere(transaction))) {
            return;
        }
        Stored before = type.stored(holder);
        Definitions.release(holder);
        if (!isHeld(transaction, type, name, holder.path("metadata"))) {
            remove(transaction, type, key, before, holder);
        }
    }
}
