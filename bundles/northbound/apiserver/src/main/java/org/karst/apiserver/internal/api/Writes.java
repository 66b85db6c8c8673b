package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.karst.apiserver.internal.resource.Documents;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.ObjectMetadata;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Resources;
import org.karst.apiserver.internal.resource.Trait;
import org.karst.apiserver.internal.storage.ObjectKey;
import org.karst.apiserver.internal.storage.Store;
import org.karst.apiserver.internal.storage.Transaction;

/** Create, replace, patch and delete. Each is one operation on the writer of the store. */
final class Writes {
    /** Namespaces that the cluster itself needs. */
    static final Set<String> PERMANENT_NAMESPACES = Set.of("default", "kube-system", "kube-public");

    private static final int NAME_ATTEMPTS = 8;

    private final Store store;
    private final Supplier<Resources> resources;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * What a write did.
     *
     * @param object the object afterwards, or its last state
     * @param created whether it is new
     * @param gone whether it was removed
     */
    record Written(ObjectNode object, boolean created, boolean gone) {}

    /** Preconditions of a deletion; empty strings ask nothing. */
    record Preconditions(String uid, String resourceVersion) {
        static final Preconditions NONE = new Preconditions("", "");
    }

    Writes(Store store, Supplier<Resources> resources, Clock clock) {
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

    CompletableFuture<Written> create(ResourceDefinition type, String namespace, ObjectNode given, boolean dryRun) {
        return run(dryRun, transaction -> create(transaction, type, namespace, given));
    }

    private Written create(Transaction transaction, ResourceDefinition type, String namespace, ObjectNode given) {
        JsonNode wanted = given.path("metadata");
        expectNamespace(wanted, namespace);
        if (!Json.text(wanted.path("resourceVersion")).isEmpty()) {
            throw Rejection.badRequest("resourceVersion should not be set on objects to be created");
        }
        ObjectNode object = given.deepCopy();
        ObjectNode metadata = ObjectMetadata.fresh(wanted, namespace);
        object.set("metadata", metadata);
        nameIfAsked(transaction, type, namespace, metadata);
        if (type.has(Trait.STATUS) && !type.has(Trait.STATUS_ON_CREATE)) {
            object.remove("status");
        }
        Documents.prepare(type, object);
        String name = Json.text(metadata.path("name"));
        check(type, name, object, Optional.empty());
        expectLivingNamespace(transaction, type, namespace, name);
        ObjectKey key = type.key(namespace, name);
        if (transaction.get(key) != null) {
            throw Rejection.alreadyExists(type, name);
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("resourceVersion", Long.toString(transaction.next()));
        if (type.has(Trait.GENERATION)) {
            metadata.put("generation", 1);
        }
        metadata.put("creationTimestamp", ObjectMetadata.timestamp(clock.instant()));
        transaction.put(key, Optional.empty(), type.stored(object));
        return new Written(object, true, false);
    }

    private void nameIfAsked(Transaction transaction, ResourceDefinition type, String namespace, ObjectNode metadata) {
        String base = Json.text(metadata.path("generateName"));
        if (!Json.text(metadata.path("name")).isEmpty() || base.isEmpty()) {
            return;
        }
        String name = ObjectMetadata.generatedName(base, random);
        for (int i = 1; i < NAME_ATTEMPTS && transaction.get(type.key(namespace, name)) != null; i++) {
            name = ObjectMetadata.generatedName(base, random);
        }
        metadata.put("name", name);
    }

    private static void expectNamespace(JsonNode metadata, String namespace) {
        String given = Json.text(metadata.path("namespace"));
        if (!given.isEmpty() && !given.equals(namespace)) {
            throw Rejection.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private void expectLivingNamespace(
            Transaction transaction, ResourceDefinition type, String namespace, String name) {
        if (!type.has(Trait.NAMESPACED)) {
            return;
        }
        ResourceDefinition containers = resources.get().containers();
        byte[] container = transaction.get(containers.key("", namespace));
        if (container == null) {
            throw Rejection.notFound(containers, namespace);
        }
        if (Json.readObject(container).path("metadata").has("deletionTimestamp")) {
            throw Rejection.terminating(type, name, namespace);
        }
    }

    private static void check(ResourceDefinition type, String name, ObjectNode object, Optional<ObjectNode> before) {
        List<Finding> findings = new ArrayList<>(
                ObjectMetadata.check(type, object.path("metadata"), before.map(former -> former.path("metadata"))));
        findings.addAll(type.check(object, before));
        if (!findings.isEmpty()) {
            throw Rejection.invalid(type, name, findings);
        }
    }

    /** Replaces an object or its status. */
    CompletableFuture<Written> replace(
            ResourceDefinition type, String namespace, String name, boolean status, ObjectNode given, boolean dryRun) {
        return run(dryRun, transaction -> {
            JsonNode metadata = given.path("metadata");
            expectNamespace(metadata, namespace);
            String givenName = Json.text(metadata.path("name"));
            if (!givenName.isEmpty() && !givenName.equals(name)) {
                throw Rejection.badRequest(
                        "the name of the object (" + givenName + ") does not match the name on the URL (" + name + ")");
            }
            byte[] json = transaction.get(type.key(namespace, name));
            if (json == null) {
                boolean creates = type.has(Trait.CREATE_ON_UPDATE) && !status;
                if (!creates || !Json.text(metadata.path("uid")).isEmpty()) {
                    throw Rejection.notFound(type, name);
                }
                Json.child(given, "metadata").put("name", name).remove("resourceVersion");
                return create(transaction, type, namespace, given);
            }
            boolean unconditional = Json.text(metadata.path("resourceVersion")).isEmpty();
            if (unconditional && !type.has(Trait.UNCONDITIONAL_UPDATE)) {
                throw Rejection.invalid(
                        type,
                        name,
                        List.of(Finding.invalid("metadata.resourceVersion", 0, "must be specified for an update")));
            }
            return update(transaction, type, namespace, name, status, Json.readObject(json), given);
        });
    }

    /** Patches an object or its status; {@code patch} gets the object with its type and gives the object that should be. */
    CompletableFuture<Written> patch(
            ResourceDefinition type,
            String namespace,
            String name,
            boolean status,
            UnaryOperator<JsonNode> patch,
            boolean dryRun) {
        return run(dryRun, transaction -> {
            byte[] json = transaction.get(type.key(namespace, name));
            if (json == null) {
                throw Rejection.notFound(type, name);
            }
            ObjectNode before = Json.readObject(json);
            ObjectNode typed = Json.readObject(type.typed(json));
            ObjectNode wanted = Documents.object(type, patch.apply(typed));
            JsonNode metadata = wanted.path("metadata");
            expectNamespace(metadata, namespace);
            if (!Json.text(metadata.path("name")).equals(name)) {
                throw Rejection.invalid(
                        type,
                        name,
                        List.of(Finding.invalid("metadata.name", metadata.path("name"), "field is immutable")));
            }
            return update(transaction, type, namespace, name, status, before, wanted);
        });
    }

    private Written update(
            Transaction transaction,
            ResourceDefinition type,
            String namespace,
            String name,
            boolean status,
            ObjectNode before,
            ObjectNode given) {
        JsonNode was = before.path("metadata");
        expectSame(type, name, was, given.path("metadata"));
        ObjectNode object = merged(type, status, before, given);
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        Documents.prepare(type, object);
        check(type, name, object, Optional.of(before));
        if (type.has(Trait.GENERATION) && changedBeyondStatus(before, object)) {
            metadata.put("generation", was.path("generation").asLong() + 1);
        }
        ObjectKey key = type.key(namespace, name);
        boolean goes = metadata.has("deletionTimestamp") && !isHeld(transaction, type, name, metadata);
        if (goes) {
            return remove(transaction, type, key, before, object);
        }
        if (Json.readObject(type.stored(object).json()).equals(before)) {
            return new Written(before, false, false);
        }
        metadata.put("resourceVersion", Long.toString(transaction.next()));
        transaction.put(key, Optional.of(type.stored(before)), type.stored(object));
        return new Written(object, false, false);
    }

    private static void expectSame(ResourceDefinition type, String name, JsonNode was, JsonNode given) {
        String uid = Json.text(given.path("uid"));
        if (!uid.isEmpty() && !uid.equals(Json.text(was.path("uid")))) {
            throw Rejection.conflict(
                    type,
                    name,
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + Json.text(was.path("uid")));
        }
        String revision = Json.text(given.path("resourceVersion"));
        if (revision.isEmpty()) {
            return;
        }
        if (!revision.matches("\\d{1,18}")) {
            throw Rejection.invalid(
                    type,
                    name,
                    List.of(Finding.invalid(
                            "metadata.resourceVersion", revision, "resource version must be an unsigned integer")));
        }
        if (!revision.equals(Json.text(was.path("resourceVersion")))) {
            throw Rejection.modified(type, name);
        }
    }

    /** What the client may change through this endpoint, on top of what was there. */
    private static ObjectNode merged(ResourceDefinition type, boolean status, ObjectNode before, ObjectNode given) {
        ObjectNode object = status ? before.deepCopy() : given.deepCopy();
        boolean ownMetadata = !(status && type.has(Trait.CUSTOM));
        object.set(
                "metadata",
                ownMetadata
                        ? ObjectMetadata.changed(given.path("metadata"), before.path("metadata"))
                        : before.get("metadata").deepCopy());
        object.remove("kind");
        object.remove("apiVersion");
        if (type.has(Trait.STATUS)) {
            JsonNode wanted = status ? given.get("status") : before.get("status");
            if (wanted == null) {
                object.remove("status");
            } else {
                object.set("status", wanted.deepCopy());
            }
        }
        return object;
    }

    private static boolean changedBeyondStatus(ObjectNode before, ObjectNode after) {
        ObjectNode one = before.deepCopy();
        ObjectNode other = after.deepCopy();
        for (String field : List.of("metadata", "status", "kind", "apiVersion")) {
            one.remove(field);
            other.remove(field);
        }
        return !one.equals(other);
    }

    /** Deletes an object, or marks it if finalizers or content hold it. */
    CompletableFuture<Written> delete(
            ResourceDefinition type, String namespace, String name, Preconditions preconditions, boolean dryRun) {
        return run(dryRun, transaction -> delete(transaction, type, namespace, name, preconditions));
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
                return new Written(before, false, true);
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
            return remove(transaction, type, key, before, object);
        }
        if (first) {
            metadata.put("resourceVersion", Long.toString(transaction.next()));
            transaction.put(key, Optional.of(type.stored(before)), type.stored(object));
        }
        return new Written(object, false, false);
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
            ResourceDefinition type, String namespace, Predicate<ObjectNode> filter, boolean dryRun) {
        return run(dryRun, transaction -> {
            List<ObjectNode> deleted = new ArrayList<>();
            for (ObjectKey key : transaction.keys(type.qualified(), namespace)) {
                if (filter.test(Json.readObject(transaction.get(key)))) {
                    deleted.add(delete(transaction, type, key.namespace(), key.name(), Preconditions.NONE)
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
    private boolean isHeld(Transaction transaction, ResourceDefinition type, String name, JsonNode metadata) {
        if (ObjectMetadata.hasFinalizers(metadata)) {
            return true;
        }
        return type.has(Trait.CONTAINER)
                && resources.get().namespaced().stream()
                        .anyMatch(content -> transaction.hasAny(content.qualified(), name));
    }

    private Written remove(
            Transaction transaction, ResourceDefinition type, ObjectKey key, ObjectNode before, ObjectNode last) {
        ((ObjectNode) last.get("metadata")).put("resourceVersion", Long.toString(transaction.next()));
        transaction.remove(key, type.stored(before), type.stored(last));
        if (type.has(Trait.NAMESPACED)) {
            removeEmptyContainer(transaction, key.namespace());
        }
        return new Written(last, false, true);
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
            remove(transaction, containers, key, container, container.deepCopy());
        }
    }
}
