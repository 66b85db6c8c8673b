package org.karst.apiserver.internal.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;

/** What makes a schema structural (Kubernetes documentation, "Specifying a structural schema"), in the words of the real server. */
final class StructuralRules {
    private static final Set<String> TYPES = Set.of("array", "boolean", "integer", "number", "object", "string");
    private static final List<String> FORBIDDEN = List.of(
            "$ref",
            "definitions",
            "dependencies",
            "deprecated",
            "discriminator",
            "id",
            "patternProperties",
            "readOnly",
            "writeOnly",
            "xml",
            "additionalItems");
    private static final List<String> VALUE_ONLY = List.of(
            "type",
            "additionalProperties",
            "default",
            "nullable",
            "description",
            "title",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-embedded-resource");
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";

    private final Consumer<Finding> findings;

    private StructuralRules(Consumer<Finding> findings) {
        this.findings = findings;
    }

    /** Reports what is wrong with the schema of a version. */
    static void check(JsonNode schema, String path, Consumer<Finding> findings) {
        StructuralRules rules = new StructuralRules(findings);
        rules.node(schema, path, "must not be empty at the root");
        if (!schema.path("type").asText().isEmpty()
                && !schema.path("type").asText().equals("object")) {
            findings.accept(Finding.invalid(path + ".type", schema.path("type"), "must be object at the root"));
        }
        if (schema.has("additionalProperties")) {
            findings.accept(Finding.forbidden(path + ".additionalProperties", "must not be used at the root"));
        }
    }

    private void node(JsonNode schema, String path, String untyped) {
        if (!(schema instanceof ObjectNode)) {
            findings.accept(Finding.invalid(path, schema, "must be an object"));
            return;
        }
        String type = schema.path("type").asText();
        boolean free = schema.path(INT_OR_STRING).asBoolean()
                || schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (type.isEmpty() && (!free || untyped.endsWith("root"))) {
            findings.accept(Finding.required(path + ".type", untyped));
        } else if (!type.isEmpty() && !TYPES.contains(type)) {
            findings.accept(Finding.unsupported(
                    path + ".type", type, TYPES.stream().sorted().toList()));
        }
        if (!type.isEmpty() && schema.path(INT_OR_STRING).asBoolean()) {
            findings.accept(Finding.forbidden(path + ".type", "must be empty if x-kubernetes-int-or-string is true"));
        }
        if (schema.path("x-kubernetes-embedded-resource").asBoolean() && !type.equals("object")) {
            findings.accept(
                    Finding.invalid(path + ".type", type, "must be object if x-kubernetes-embedded-resource is true"));
        }
        if (type.equals("array") && !schema.path("items").isObject()) {
            findings.accept(Finding.required(path + ".items", "must be specified"));
        }
        if (schema.path("uniqueItems").asBoolean()) {
            findings.accept(Finding.forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        }
        if (schema.path("additionalProperties").isObject()
                && !schema.path("properties").isEmpty()) {
            findings.accept(Finding.forbidden(
                    path + ".additionalProperties", "additionalProperties and properties are mutual exclusive"));
        }
        FORBIDDEN.stream()
                .filter(schema::has)
                .forEach(name -> findings.accept(Finding.forbidden(path + '.' + name, name + " is not supported")));
        listType(schema, type, path);
        pattern(schema, path);
        inside(schema, path);
        for (String many : List.of("allOf", "anyOf", "oneOf")) {
            for (int at = 0; at < schema.path(many).size(); at++) {
                nested(
                        schema.path(many).get(at),
                        path + '.' + many + '[' + at + ']',
                        schema.path(INT_OR_STRING).asBoolean());
            }
        }
        if (schema.has("not")) {
            nested(schema.get("not"), path + ".not", false);
        }
        usual(schema, path);
    }

    private void inside(JsonNode schema, String path) {
        schema.path("properties")
                .properties()
                .forEach(property -> node(
                        property.getValue(),
                        path + ".properties[" + property.getKey() + ']',
                        "must not be empty for specified object fields"));
        if (schema.path("additionalProperties").isObject()) {
            node(
                    schema.get("additionalProperties"),
                    path + ".additionalProperties",
                    "must not be empty for specified object fields");
        }
        if (schema.path("items").isObject()) {
            node(schema.get("items"), path + ".items", "must not be empty for specified array items");
        } else if (schema.path("items").isArray()) {
            findings.accept(Finding.forbidden(path + ".items", "items must be a schema object and not an array"));
        }
    }

    private void listType(JsonNode schema, String type, String path) {
        String list = schema.path("x-kubernetes-list-type").asText();
        if (list.isEmpty()) {
            return;
        }
        String at = path + ".x-kubernetes-list-type";
        if (!Set.of("atomic", "set", "map").contains(list)) {
            findings.accept(Finding.unsupported(at, list, List.of("atomic", "map", "set")));
        }
        if (!type.equals("array")) {
            findings.accept(
                    type.isEmpty()
                            ? Finding.required(path + ".type", "must be array if x-kubernetes-list-type is specified")
                            : Finding.invalid(
                                    path + ".type", type, "must be array if x-kubernetes-list-type is specified"));
        }
        JsonNode keys = schema.path("x-kubernetes-list-map-keys");
        if (list.equals("map") && keys.isEmpty()) {
            findings.accept(Finding.required(
                    path + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"));
        }
        for (int i = 0; i < keys.size() && list.equals("map"); i++) {
            JsonNode key =
                    schema.path("items").path("properties").path(keys.get(i).asText());
            if (key.isMissingNode()) {
                findings.accept(Finding.invalid(
                        path + ".x-kubernetes-list-map-keys[" + i + ']',
                        keys.get(i),
                        "entries must all be names of item properties"));
            } else if (Set.of("array", "object").contains(key.path("type").asText())) {
                findings.accept(Finding.invalid(
                        path + ".items.properties[" + keys.get(i).asText() + "].type",
                        key.path("type"),
                        "must be a scalar type if parent array's x-kubernetes-list-type is map"));
            }
        }
    }

    private void pattern(JsonNode schema, String path) {
        try {
            Pattern.compile(schema.path("pattern").asText());
        } catch (PatternSyntaxException e) {
            findings.accept(Finding.invalid(
                    path + ".pattern",
                    schema.path("pattern"),
                    "must be a valid regular expression, but isn't: " + e.getDescription()));
        }
    }

    /** A schema that only checks may not say what is kept or how it is shown. */
    private void nested(JsonNode schema, String path, boolean mayHaveType) {
        if (!(schema instanceof ObjectNode)) {
            findings.accept(Finding.invalid(path, schema, "must be an object"));
            return;
        }
        VALUE_ONLY.stream()
                .filter(schema::has)
                .filter(name -> !(mayHaveType && name.equals("type")))
                .forEach(name -> findings.accept(Finding.forbidden(
                        path + '.' + name,
                        name.equals("additionalProperties")
                                ? "must be undefined to be structural"
                                : "must be empty to be structural")));
        pattern(schema, path);
        schema.path("properties")
                .properties()
                .forEach(property ->
                        nested(property.getValue(), path + ".properties[" + property.getKey() + ']', false));
        if (schema.has("items")) {
            nested(schema.get("items"), path + ".items", false);
        }
        for (String many : List.of("allOf", "anyOf", "oneOf")) {
            for (int at = 0; at < schema.path(many).size(); at++) {
                nested(schema.path(many).get(at), path + '.' + many + '[' + at + ']', mayHaveType);
            }
        }
        if (schema.has("not")) {
            nested(schema.get("not"), path + ".not", false);
        }
    }

    /** A default has to be valid itself. */
    private void usual(JsonNode schema, String path) {
        JsonNode value = schema.get("default");
        if (value == null) {
            return;
        }
        JsonNode filled = value.deepCopy();
        Schema own = Schema.of(schema);
        own.fill(filled);
        own.check(filled, null, path + ".default", findings);
        JsonNode pruned = Json.object().set("value", value.deepCopy());
        own.prune(pruned.path("value"));
        if (!pruned.path("value").equals(value)) {
            findings.accept(Finding.invalid(path + ".default", value, "must not have unknown fields"));
        }
    }
}
