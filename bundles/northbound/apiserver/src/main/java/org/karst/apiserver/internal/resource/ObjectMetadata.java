package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** The metadata that all objects share (Kubernetes API reference, {@code meta/v1 ObjectMeta}). */
public final class ObjectMetadata {
    static final ObjectNode SHAPE =
            Json.constant("{'name':'','generateName':'','namespace':'','uid':'','resourceVersion':'',"
                    + "'generation':0,'creationTimestamp':'','deletionTimestamp':'','deletionGracePeriodSeconds':0,"
                    + "'labels':{'*':''},'annotations':{'*':''},'finalizers':[''],"
                    + "'ownerReferences':[{'apiVersion':'','kind':'','name':'','uid':'','controller':false,'blockOwnerDeletion':false}],"
                    + "'managedFields':[{'manager':'','operation':'','apiVersion':'','time':'','fieldsType':'','fieldsV1':{},"
                    + "'subresource':''}]}");

    private static final int ANNOTATIONS_LIMIT = 256 * 1024;
    private static final int GENERATED_BASE = 58;
    private static final String GENERATED_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int GENERATED_LENGTH = 5;
    private static final Set<String> STANDARD_FINALIZERS = Set.of("orphan", "foregroundDeletion", "kubernetes");

    private ObjectMetadata() {}

    /** A timestamp as the real server writes it: whole seconds. */
    public static String timestamp(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A name from {@code generateName}. */
    public static String generatedName(String base, RandomGenerator random) {
        StringBuilder name =
                new StringBuilder(base.length() > GENERATED_BASE ? base.substring(0, GENERATED_BASE) : base);
        for (int i = 0; i < GENERATED_LENGTH; i++) {
            name.append(GENERATED_ALPHABET.charAt(random.nextInt(GENERATED_ALPHABET.length())));
        }
        return name.toString();
    }

    /** Metadata of a new object: what the client may choose, in the usual order; the server adds the rest. */
    public static ObjectNode fresh(JsonNode given, String namespace) {
        ObjectNode metadata = Json.object();
        copy(given, metadata, "name");
        copy(given, metadata, "generateName");
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        copyClientFields(given, metadata);
        return metadata;
    }

    /** Metadata of a changed object: the identity stays, the rest is as the client wants it. */
    public static ObjectNode changed(JsonNode given, JsonNode before) {
        ObjectNode metadata = Json.object();
        for (String kept : List.of(
                "name",
                "generateName",
                "namespace",
                "uid",
                "resourceVersion",
                "generation",
                "creationTimestamp",
                "deletionTimestamp",
                "deletionGracePeriodSeconds")) {
            copy(before, metadata, kept);
        }
        copyClientFields(given, metadata);
        return metadata;
    }

    private static void copyClientFields(JsonNode given, ObjectNode metadata) {
        for (String field : List.of("labels", "annotations", "ownerReferences", "finalizers")) {
            JsonNode value = given.path(field);
            if (!value.isEmpty()) {
                metadata.set(field, value);
            }
        }
    }

    private static void copy(JsonNode from, ObjectNode to, String field) {
        JsonNode value = from.path(field);
        if (!value.isMissingNode() && !(value.isTextual() && value.textValue().isEmpty())) {
            to.set(field, value);
        }
    }

    /** All faults of the metadata of an object. */
    public static List<Finding> check(ResourceDefinition type, JsonNode metadata, Optional<JsonNode> before) {
        List<Finding> findings = new ArrayList<>();
        String name = Json.text(metadata.path("name"));
        if (name.isEmpty()) {
            findings.add(Finding.required("metadata.name", "name or generateName is required"));
        } else {
            for (String fault : type.names().check(name)) {
                findings.add(Finding.invalid("metadata.name", name, fault));
            }
        }
        checkLabels(metadata.path("labels"), findings);
        checkAnnotations(metadata.path("annotations"), findings);
        checkFinalizers(metadata, before, findings);
        checkOwners(metadata.path("ownerReferences"), findings);
        return findings;
    }

    private static void checkLabels(JsonNode labels, List<Finding> findings) {
        labels.properties().forEach(label -> {
            for (String fault : Names.checkQualified(label.getKey())) {
                findings.add(Finding.invalid("metadata.labels", label.getKey(), fault));
            }
            for (String fault : Names.checkLabelValue(label.getValue().textValue())) {
                findings.add(Finding.invalid("metadata.labels", label.getValue(), fault));
            }
        });
    }

    private static void checkAnnotations(JsonNode annotations, List<Finding> findings) {
        long size = 0;
        for (var annotation : annotations.properties()) {
            String key = annotation.getKey();
            for (String fault : Names.checkQualified(key.toLowerCase(Locale.ROOT))) {
                findings.add(Finding.invalid("metadata.annotations", key, fault));
            }
            size += key.getBytes(StandardCharsets.UTF_8).length
                    + annotation.getValue().textValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (size > ANNOTATIONS_LIMIT) {
            findings.add(
                    Finding.tooLong("metadata.annotations", "may not be more than " + ANNOTATIONS_LIMIT + " bytes"));
        }
    }

    private static void checkFinalizers(JsonNode metadata, Optional<JsonNode> before, List<Finding> findings) {
        for (JsonNode finalizer : metadata.path("finalizers")) {
            String name = finalizer.textValue();
            for (String fault : Names.checkQualified(name)) {
                findings.add(Finding.invalid("metadata.finalizers", name, fault));
            }
            if (!name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
                findings.add(Finding.invalid(
                        "metadata.finalizers",
                        name,
                        "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
        if (metadata.has("deletionTimestamp") && before.isPresent()) {
            Set<String> added = new TreeSet<>(texts(metadata.path("finalizers")));
            added.removeAll(texts(before.get().path("finalizers")));
            if (!added.isEmpty()) {
                String list = String.join(
                        ", ", added.stream().map(name -> '"' + name + '"').toList());
                findings.add(Finding.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                                + list + "}"));
            }
        }
    }

    private static void checkOwners(JsonNode owners, List<Finding> findings) {
        for (int i = 0; i < owners.size(); i++) {
            String path = "metadata.ownerReferences[" + i + "].";
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                if (Json.text(owners.get(i).path(field)).isEmpty()) {
                    findings.add(Finding.invalid(path + field, "", "must not be empty"));
                }
            }
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> found = new ArrayList<>();
        list.forEach(element -> found.add(element.asText()));
        return found;
    }

    /** Whether something still has to be done before the object may go. */
    public static boolean hasFinalizers(JsonNode metadata) {
        return metadata.path("finalizers") instanceof ArrayNode list && !list.isEmpty();
    }
}
