package org.karst.apiserver.internal.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Names;
import org.karst.apiserver.internal.resource.Rule;

/** What a definition may say (apiextensions-apiserver {@code validation}), in its words. */
final class DefinitionRules implements Rule {
    private static final String APPROVED = "api-approved.kubernetes.io";
    private static final List<String> COLUMN_TYPES = List.of("boolean", "date", "integer", "number", "string");

    @Override
    public void check(ObjectNode definition, Optional<ObjectNode> before, Consumer<Finding> findings) {
        JsonNode spec = definition.path("spec");
        checkGroup(definition, spec, findings);
        checkNames(definition, spec.path("names"), findings);
        String scope = Json.text(spec.path("scope"));
        if (scope.isEmpty()) {
            findings.accept(Finding.required("spec.scope", ""));
        } else if (!Set.of("Cluster", "Namespaced").contains(scope)) {
            findings.accept(Finding.unsupported("spec.scope", scope, List.of("Cluster", "Namespaced")));
        }
        if (spec.path("preserveUnknownFields").asBoolean()) {
            findings.accept(Finding.invalid(
                    "spec.preserveUnknownFields",
                    spec.path("preserveUnknownFields"),
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                            + " spec.versions[*].schema instead"));
        }
        checkVersions(spec.path("versions"), findings);
        String strategy = Json.text(Json.at(spec, "conversion.strategy"));
        if (!strategy.equals("None")) {
            findings.accept(Finding.unsupported("spec.conversion.strategy", strategy, List.of("None")));
        }
        before.ifPresent(former -> checkUnchanged(definition, former, findings));
    }

    private static void checkGroup(JsonNode definition, JsonNode spec, Consumer<Finding> findings) {
        String group = Json.text(spec.path("group"));
        if (group.isEmpty()) {
            findings.accept(Finding.required("spec.group", ""));
            return;
        }
        Names.SUBDOMAIN.check(group).forEach(fault -> findings.accept(Finding.invalid("spec.group", group, fault)));
        if (!group.contains(".")) {
            findings.accept(Finding.invalid("spec.group", group, "should be a domain with at least one dot"));
        }
        boolean guarded = group.equals("k8s.io")
                || group.endsWith(".k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".kubernetes.io");
        String approval = Json.text(Json.at(definition, "metadata.annotations").path(APPROVED));
        if (guarded && approval.isEmpty()) {
            findings.accept(Finding.required(
                    "metadata.annotations[" + APPROVED + ']',
                    "protected groups must have approval annotation \"" + APPROVED
                            + "\", see https://github.com/kubernetes/enhancements/pull/1111"));
        } else if (guarded && !approval.startsWith("https://") && !approval.startsWith("unapproved")) {
            findings.accept(Finding.invalid(
                    "metadata.annotations[" + APPROVED + ']',
                    approval,
                    "protected groups must have approval annotation \"" + APPROVED
                            + "\" with either a URL or a reason starting with \"unapproved\", see"
                            + " https://github.com/kubernetes/enhancements/pull/1111"));
        }
    }

    private static void checkNames(JsonNode definition, JsonNode names, Consumer<Finding> findings) {
        String plural = Json.text(names.path("plural"));
        String wanted = plural + '.' + Json.text(Json.at(definition, "spec.group"));
        String own = Json.text(Json.at(definition, "metadata.name"));
        if (!own.isEmpty() && !own.equals(wanted)) {
            findings.accept(Finding.invalid("metadata.name", own, "must be spec.names.plural+\".\"+spec.group"));
        }
        for (String field : List.of("plural", "singular")) {
            checkName(field, Json.text(names.path(field)), findings);
        }
        for (String field : List.of("kind", "listKind")) {
            String name = Json.text(names.path(field));
            String path = "spec.names." + field;
            if (name.isEmpty()) {
                findings.accept(Finding.required(path, ""));
            } else {
                Names.LABEL_1035
                        .check(name.toLowerCase(Locale.ROOT))
                        .forEach(fault -> findings.accept(Finding.invalid(
                                path, name, "may have mixed case, but should otherwise match: " + fault)));
            }
        }
        if (!names.path("kind").isMissingNode() && names.path("kind").equals(names.path("listKind"))) {
            findings.accept(Finding.invalid(
                    "spec.names.listKind", names.path("listKind"), "kind and listKind may not be the same"));
        }
        for (String field : List.of("shortNames", "categories")) {
            JsonNode list = names.path(field);
            for (int at = 0; at < list.size(); at++) {
                JsonNode name = list.get(at);
                String path = "spec.names." + field + '[' + at + ']';
                Names.LABEL_1035
                        .check(name.asText())
                        .forEach(fault -> findings.accept(Finding.invalid(path, name, fault)));
            }
        }
    }

    private static void checkName(String field, String name, Consumer<Finding> findings) {
        if (name.isEmpty()) {
            findings.accept(Finding.required("spec.names." + field, ""));
        } else {
            Names.LABEL_1035
                    .check(name)
                    .forEach(fault -> findings.accept(Finding.invalid("spec.names." + field, name, fault)));
        }
    }

    private static void checkVersions(JsonNode versions, Consumer<Finding> findings) {
        int stored = 0;
        Set<String> seen = new HashSet<>();
        for (int at = 0; at < versions.size(); at++) {
            JsonNode version = versions.get(at);
            String path = "spec.versions[" + at + ']';
            String name = Json.text(version.path("name"));
            Names.LABEL_1035
                    .check(name)
                    .forEach(fault -> findings.accept(Finding.invalid(path + ".name", name, fault)));
            if (!seen.add(name)) {
                findings.accept(Finding.invalid("spec.versions", versions, "must contain unique version names"));
            }
            if (version.path("storage").asBoolean()) {
                stored++;
            }
            JsonNode schema = version.at("/schema/openAPIV3Schema");
            if (schema.isObject()) {
                StructuralRules.check(schema, path + ".schema.openAPIV3Schema", findings);
            } else {
                findings.accept(Finding.required(path + ".schema.openAPIV3Schema", "schemas are required"));
            }
            checkColumns(version.path("additionalPrinterColumns"), path, findings);
            checkScale(version.at("/subresources/scale"), path + ".subresources.scale", findings);
        }
        if (stored != 1) {
            findings.accept(Finding.invalid(
                    "spec.versions", versions, "must have exactly one version marked as storage version"));
        }
    }

    private static void checkColumns(JsonNode columns, String version, Consumer<Finding> findings) {
        for (int at = 0; at < columns.size(); at++) {
            String path = version + ".additionalPrinterColumns[" + at + ']';
            JsonNode column = columns.get(at);
            if (Json.text(column.path("name")).isEmpty()) {
                findings.accept(Finding.required(path + ".name", ""));
            }
            String type = Json.text(column.path("type"));
            if (type.isEmpty()) {
                findings.accept(Finding.required(path + ".type", "must be one of " + String.join(",", COLUMN_TYPES)));
            } else if (!COLUMN_TYPES.contains(type)) {
                findings.accept(
                        Finding.invalid(path + ".type", type, "must be one of " + String.join(",", COLUMN_TYPES)));
            }
            String jsonPath = Json.text(column.path("jsonPath"));
            if (jsonPath.isEmpty()) {
                findings.accept(Finding.required(path + ".jsonPath", ""));
            } else if (JsonPath.parse(jsonPath).isEmpty()) {
                findings.accept(
                        Finding.invalid(path + ".jsonPath", jsonPath, "is not a JSONPath that is understood here"));
            }
        }
    }

    private static void checkScale(JsonNode scale, String path, Consumer<Finding> findings) {
        if (!scale.isObject()) {
            return;
        }
        checkReplicas(scale, "specReplicasPath", ".spec.", path, findings);
        checkReplicas(scale, "statusReplicasPath", ".status.", path, findings);
        String selector = Json.text(scale.path("labelSelectorPath"));
        if (!selector.isEmpty() && !selector.startsWith(".spec.") && !selector.startsWith(".status.")) {
            findings.accept(Finding.invalid(
                    path + ".labelSelectorPath", selector, "should be a json path under either .spec or .status"));
        }
    }

    private static void checkReplicas(
            JsonNode scale, String field, String below, String path, Consumer<Finding> findings) {
        String given = Json.text(scale.path(field));
        if (given.isEmpty()) {
            findings.accept(Finding.required(path + '.' + field, ""));
        } else if (!given.startsWith(below)) {
            findings.accept(Finding.invalid(
                    path + '.' + field,
                    given,
                    "should be a json path under " + below.substring(0, below.length() - 1)));
        }
    }

    private static void checkUnchanged(JsonNode definition, JsonNode former, Consumer<Finding> findings) {
        if (NameClaims.holds(former, NameClaims.ESTABLISHED)) {
            for (String field : List.of("spec.scope", "spec.names.kind")) {
                if (!Json.at(definition, field).equals(Json.at(former, field))) {
                    findings.accept(Finding.invalid(field, Json.at(definition, field), "field is immutable"));
                }
            }
        }
        JsonNode stored = definition.at("/status/storedVersions");
        for (int at = 0; at < stored.size(); at++) {
            String version = stored.get(at).asText();
            boolean kept = false;
            for (JsonNode one : definition.at("/spec/versions")) {
                kept |= one.path("name").asText().equals(version);
            }
            if (!kept) {
                findings.accept(Finding.invalid(
                        "status.storedVersions[" + at + ']',
                        version,
                        "missing from spec.versions; " + version
                                + " was previously a storage version, and must remain in"
                                + " spec.versions until a storage migration ensures no data remains persisted in "
                                + version
                                + " and removes " + version + " from status.storedVersions"));
            }
        }
    }
}
