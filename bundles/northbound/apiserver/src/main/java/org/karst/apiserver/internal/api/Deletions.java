package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.karst.apiserver.internal.api.Writes.Written;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.ObjectMetadata;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Resources;
import org.karst.apiserver.internal.resource.Trait;
import org.karst.apiserver.internal.storage.ObjectKey;
import org.karst.apiserver.internal.storage.Store;
import org.karst.apiserver.internal.storage.Stored;
import org.karst.apiserver.internal.storage.Transaction;

/** Delete, with what holds an object and what goes with it. Each is one operation on the writer of the store. */
final class Deletions {
    /** Namespaces that the cluster itself needs. */
    private static final Set<String> PERMANENT_NAMESPACES = Set.of("default", "kube-system", "kube-public");

    private final Store store;
    private final Supplier<Resources> resources;
    private final Clock clock;

    /** Preconditions of a deletion; empty strings ask nothing. */
    record Preconditions(String uid, String resourceVersion) {
        static final Preconditions NONE = new Preconditions("", "");
    }

    Deletions(Store store, Supplier<Resources> resources, Clock clock) {
        this.store = store;
        this.resources = resources;
        this.clock = clock;
    }

    private <T> CompletableFuture<T> run(boolean dryRun, Function<Transaction, T> work) {
        return store.write(transaction -> {
            T result = work.apply(transaction);
            if (dryRun) {
                transaction.discard();
            }
            return result;
        });
    }

    /** Deletes an object, or marks it if finalizers or content hold it. */
    CompletableFuture<Written> delete(ResourceDefinition type, String namespace, String name, DeleteOptions how) {
        return run(how.dryRun(), transaction -> delete(transaction, type, namespace, name, how.preconditions()));
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
        expectPrecondition(type, name, "UID", preconditions.uid(), Json.text(was.path("uid")));
        expectPrecondition(
                type, name, "ResourceVersion", preconditions.resourceVersion(), Json.text(was.path("resourceVersion")));
        if (type.has(Trait.CONTAINER)) {
            deleteContent(transaction, name);
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
            ResourceDefinition type, String name, String what, String wanted, String actual) {
        if (!wanted.isEmpty() && !wanted.equals(actual)) {
            throw Rejection.conflict(
                    type,
                    name,
                    "Precondition failed: " + what + " in precondition: " + wanted + ", " + what + " in object meta: "
                            + actual);
        }
    }

    /** Deletes all objects of a collection that a filter accepts. */
    CompletableFuture<List<ObjectNode>> deleteAll(
            ResourceDefinition type, String namespace, Predicate<ObjectNode> filter, DeleteOptions how) {
        return run(how.dryRun(), transaction -> {
            List<ObjectNode> deleted = new ArrayList<>();
            for (ObjectKey key : transaction.keys(type.qualified(), namespace)) {
                if (filter.test(Json.readObject(transaction.get(key)))) {
                    deleted.add(delete(transaction, type, key.namespace(), key.name(), how.preconditions())
                            .object());
                }
            }
            return deleted;
        });
    }

    private void deleteContent(Transaction transaction, String namespace) {
        for (ResourceDefinition content : resources.get().namespaced()) {
            for (ObjectKey key : transaction.keys(content.qualified(), namespace)) {
                if (transaction.get(key) != null) {
                    delete(transaction, content, namespace, key.name(), Preconditions.NONE);
                }
            }
        }
    }

    /** Whether something must happen before the object can go: finalizers, or content of a namespace. */
    boolean isHeld(Transaction transaction, ResourceDefinition type, String name, JsonNode metadata) {
        if (ObjectMetadata.hasFinalizers(metadata)) {
            return true;
        }
        return type.has(Trait.CONTAINER)
                && resources.get().namespaced().stream()
                        .anyMatch(content -> transaction.hasAny(content.qualified(), name));
    }

    /** Takes an object away; {@code last} is its last state. */
    Written remove(Transaction transaction, ResourceDefinition type, ObjectKey key, Stored before, ObjectNode last) {
        ((ObjectNode) last.get("metadata")).put("resourceVersion", Long.toString(transaction.next()));
        Stored stored = type.stored(last);
        transaction.remove(key, before, stored);
        if (type.has(Trait.NAMESPACED)) {
            removeEmptyContainer(transaction, key.namespace());
        }
        return new Written(last, stored, false, true);
    }

    /** The last object of a namespace that is being deleted takes the namespace with it. */
    private void removeEmptyContainer(Transaction transaction, String namespace) {
        ResourceDefinition containers = resources.get().containers();
        ObjectKey key = containers.key("", namespace);
        byte[] json = transaction.get(key);
        if (json == null) {
            return;
        }
        ObjectNode container = Json.readObject(json);
        JsonNode metadata = container.path("metadata");
        if (metadata.has("deletionTimestamp") && !isHeld(transaction, containers, namespace, metadata)) {
            remove(transaction, containers, key, containers.stored(container), container.deepCopy());
        }
    }
}
