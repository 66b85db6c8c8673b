package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.karst.apiserver.internal.access.Access;
import org.karst.apiserver.internal.access.Action;
import org.karst.apiserver.internal.access.NodeRestriction;
import org.karst.apiserver.internal.custom.Definitions;
import org.karst.apiserver.internal.managed.ManagedFields;
import org.karst.apiserver.internal.managed.ServerSideApply;
import org.karst.apiserver.internal.resource.Documents;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.ObjectMetadata;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Trait;
import org.karst.apiserver.internal.storage.ObjectKey;
import org.karst.apiserver.internal.storage.Stored;
import org.karst.apiserver.internal.storage.Transaction;

/** Create, replace, patch and apply. Each is one operation on the writer of the store. */
final class Writes {
    private static final int NAME_ATTEMPTS = 8;

    private final Catalog resources;
    private final Deletions deletions;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * What a write did.
     *
     * @param object the object afterwards, or its last state
     * @param stored the same as it is stored
     * @param created whether it is new
     * @param gone whether it was removed
     */
    record Written(ObjectNode object, Stored stored, boolean created, boolean gone) {}

    Writes(Catalog resources, Deletions deletions, Clock clock) {
        this.resources = resources;
        this.deletions = deletions;
        this.clock = clock;
    }

    private CompletableFuture<Written> run(Author author, Function<Transaction, Written> work) {
        return resources.write(author.dryRun(), work);
    }

    CompletableFuture<Written> create(ResourceDefinition type, String namespace, ObjectNode given, Author author) {
        return run(
                author,
                transaction -> create(
                        transaction,
                        author,
                        type,
                        namespace,
                        given,
                        updating(type, author, false, given.path("metadata"))));
    }

    /** Who manages what of an object that was made of another. */
    @FunctionalInterface
    private interface Ownership {
        ManagedFields of(ObjectNode before, ObjectNode after);
    }

    /** Managers as they were but for what changes; those that nobody is told of, of an object that is there, stay unknown. */
    private Ownership updating(ResourceDefinition type, Author author, boolean status, JsonNode given) {
        return (before, after) -> {
            JsonNode was = before.path("metadata");
            ManagedFields managed = status ? ManagedFields.of(was) : ManagedFields.carried(was, given);
            return managed.isEmpty() && was.has("uid")
                    ? managed
                    : managed.updated(type, author.updates(type, status), before, after, now());
        };
    }

    private String now() {
        return ObjectMetadata.timestamp(clock.instant());
    }

    private Written create(
            Transaction transaction,
            Author author,
            ResourceDefinition type,
            String namespace,
            ObjectNode given,
            Ownership ownership) {
        JsonNode wanted = given.path("metadata");
        expectNamespace(wanted, namespace);
        if (!Json.text(wanted.path("resourceVersion")).isEmpty()) {
            throw Rejection.badRequest("resourceVersion should not be set on objects to be created");
        }
        ObjectNode object = given;
        ObjectNode metadata = ObjectMetadata.fresh(wanted, namespace);
        object.set("metadata", metadata);
        nameIfAsked(transaction, type, namespace, metadata);
        if (type.has(Trait.STATUS) && !type.has(Trait.STATUS_ON_CREATE)) {
            object.remove("status");
        }
        String name = Json.text(metadata.path("name"));
        NodeRestriction.expectCreation(author.caller(), type, name);
        Documents.prepare(type, object);
        check(type, name, object, Optional.empty());
        expectLivingNamespace(transaction, type, namespace, name);
        if (type.has(Trait.CUSTOM)) {
            Definitions.expectLiving(transaction, type, name);
        }
        ObjectKey key = type.key(namespace, name);
        if (transaction.get(key) != null) {
            throw Rejection.alreadyExists(type, name);
        }
        metadata.put("uid", UUID.randomUUID().toString());
        if (!author.dryRun()) {
            metadata.put("resourceVersion", Long.toString(transaction.next()));
        }
        if (type.has(Trait.GENERATION)) {
            metadata.put("generation", 1);
        }
        metadata.put("creationTimestamp", now());
        ownership.of(type.form().blank(), object).write(metadata);
        Stored stored = type.stored(object);
        transaction.put(key, Optional.empty(), stored);
        return new Written(object, stored, true, false);
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

    private static void expectCondition(ResourceDefinition type, String name, JsonNode metadata) {
        if (Json.text(metadata.path("resourceVersion")).isEmpty() && !type.has(Trait.UNCONDITIONAL_UPDATE)) {
            throw Rejection.unconditional(type, name);
        }
    }

    private static void expectName(JsonNode metadata, String name) {
        String given = Json.text(metadata.path("name"));
        if (given.isEmpty()) {
            throw Rejection.badRequest(
                    "the name of the object (" + name + " based on URL) was undeterminable: name must be provided");
        }
        if (!given.equals(name)) {
            throw Rejection.badRequest(
                    "the name of the object (" + given + ") does not match the name on the URL (" + name + ")");
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
            ResourceDefinition type, String namespace, String name, boolean status, ObjectNode given, Author author) {
        return run(author, transaction -> {
            JsonNode metadata = given.path("metadata");
            expectNamespace(metadata, namespace);
            expectName(metadata, name);
            byte[] json = transaction.get(type.key(namespace, name));
            if (json == null) {
                boolean creates = type.has(Trait.CREATE_ON_UPDATE) && !status;
                if (!creates) {
                    throw Rejection.notFound(type, name);
                }
                Access.expect(author.caller(), Action.creation(type, namespace, name));
                String uid = Json.text(metadata.path("uid"));
                if (!uid.isEmpty()) {
                    throw Rejection.conflict(
                            type, name, "Precondition failed: UID in precondition: " + uid + ", UID in object meta: ");
                }
                Json.child(given, "metadata").put("name", name).remove("resourceVersion");
                return create(transaction, author, type, namespace, given, updating(type, author, status, metadata));
            }
            expectCondition(type, name, metadata);
            return update(
                    transaction,
                    author,
                    type,
                    namespace,
                    name,
                    status,
                    json,
                    given,
                    updating(type, author, status, metadata));
        });
    }

    /** Patches an object or its status; {@code patch} gets the object with its type and gives the object that should be. */
    CompletableFuture<Written> patch(
            ResourceDefinition type,
            String namespace,
            String name,
            boolean status,
            UnaryOperator<JsonNode> patch,
            Author author) {
        return run(author, transaction -> {
            byte[] json = transaction.get(type.key(namespace, name));
            if (json == null) {
                throw Rejection.notFound(type, name);
            }
            ObjectNode typed = type.typed(Json.readObject(json));
            ObjectNode wanted = Documents.object(type, patch.apply(typed));
            JsonNode metadata = wanted.path("metadata");
            expectNamespace(metadata, namespace);
            expectName(metadata, name);
            expectCondition(type, name, metadata);
            return update(
                    transaction,
                    author,
                    type,
                    namespace,
                    name,
                    status,
                    json,
                    wanted,
                    updating(type, author, status, metadata));
        });
    }

    /** Applies a configuration: makes the object, or makes it what the configuration says where that says something. */
    CompletableFuture<Written> apply(
            ResourceDefinition type,
            String namespace,
            String name,
            boolean status,
            ObjectNode config,
            boolean force,
            Author author) {
        return run(author, transaction -> {
            JsonNode given = config.path("metadata");
            expectNamespace(given, namespace);
            if (Json.text(given.path("name")).isEmpty()) {
                Json.child(config, "metadata").put("name", name);
            }
            expectName(config.path("metadata"), name);
            ServerSideApply application = new ServerSideApply(type, author.applies(type, status), force, now());
            byte[] json = transaction.get(type.key(namespace, name));
            if (json == null) {
                String uid = Json.text(given.path("uid"));
                if (!uid.isEmpty()) {
                    throw Rejection.conflict(
                            type,
                            name,
                            "uid mismatch: the provided object specified uid " + uid
                                    + ", and no existing object was found");
                }
                if (status) {
                    throw Rejection.notFound(type, name);
                }
                Access.expect(author.caller(), Action.creation(type, namespace, name));
                ServerSideApply.Applied applied = application.apply(type.form().blank(), ManagedFields.NONE, config);
                return create(
                        transaction, author, type, namespace, applied.object(), (before, after) -> applied.managed());
            }
            ObjectNode live = Json.readObject(json);
            ServerSideApply.Applied applied = application.apply(live, ManagedFields.of(live.path("metadata")), config);
            return update(
                    transaction,
                    author,
                    type,
                    namespace,
                    name,
                    status,
                    json,
                    Documents.object(type, applied.object()),
                    (before, after) -> applied.managed());
        });
    }

    private Written update(
            Transaction transaction,
            Author author,
            ResourceDefinition type,
            String namespace,
            String name,
            boolean status,
            byte[] json,
            ObjectNode given,
            Ownership ownership) {
        ObjectNode before = Json.readObject(json);
        JsonNode was = before.path("metadata");
        expectSame(type, name, was, given.path("metadata"));
        ObjectNode object = merged(type, status, before, given);
        NodeRestriction.expectUpdate(author.caller(), type, before, object);
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        Documents.prepare(type, object);
        check(type, name, object, Optional.of(before));
        if (type.has(Trait.GENERATION) && changedBeyondStatus(before, object)) {
            metadata.put("generation", was.path("generation").asLong() + 1);
        }
        ownership.of(before, object).write(metadata);
        ObjectKey key = type.key(namespace, name);
        Stored former = new Stored(json, type.attributes(before));
        boolean goes = metadata.has("deletionTimestamp") && !deletions.isHeld(transaction, type, name, metadata);
        if (goes) {
            return deletions.remove(transaction, type, key, former, object);
        }
        if (object.equals(before)) {
            return new Written(before, former, false, false);
        }
        metadata.put("resourceVersion", Long.toString(transaction.next()));
        Stored stored = type.stored(object);
        transaction.put(key, Optional.of(former), stored);
        return new Written(object, stored, false, false);
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
        ObjectNode object = status ? before.deepCopy() : given;
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
        return hasOther(before, after) || hasOther(after, before);
    }

    private static boolean hasOther(ObjectNode one, ObjectNode other) {
        return one.properties().stream()
                .anyMatch(field -> !List.of("metadata", "status").contains(field.getKey())
                        && !field.getValue().equals(other.get(field.getKey())));
    }
}
