package org.karst.apiserver.internal.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.karst.apiserver.internal.resource.Ages;
import org.karst.apiserver.internal.resource.Column;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Scale;
import org.karst.apiserver.internal.resource.Trait;

/**
 * What one stored definition brings.
 *
 * @param served the versions that are served, the preferred one first; none as long as the names are not accepted
 * @param stored the version that is stored
 */
public record CustomResources(List<ResourceDefinition> served, ResourceDefinition stored) {
    /** Reads a definition that has been found valid. */
    public static CustomResources of(ObjectNode definition) {
        List<ResourceDefinition> served = new ArrayList<>();
        ResourceDefinition stored = null;
        boolean established = NameClaims.holds(definition, NameClaims.ESTABLISHED);
        for (JsonNode version : Json.at(definition, "spec.versions")) {
            ResourceDefinition resource =
                    resource(definition.path("spec"), definition.at("/status/acceptedNames"), version);
            if (version.path("storage").asBoolean()) {
                stored = resource;
            }
            if (established && version.path("served").asBoolean()) {
                served.add(resource);
            }
        }
        served.sort(Comparator.comparing(ResourceDefinition::version, VersionOrder.NEWEST_FIRST));
        return new CustomResources(List.copyOf(served), stored);
    }

    private static ResourceDefinition resource(JsonNode spec, JsonNode accepted, JsonNode version) {
        JsonNode names = accepted.has("plural") ? accepted : spec.path("names");
        ResourceDefinition.Builder builder = ResourceDefinition.of(
                        Json.text(spec.path("group")),
                        Json.text(version.path("name")),
                        Json.text(spec.path("names").path("plural")),
                        Json.text(names.path("kind")))
                .singular(Json.text(names.path("singular")))
                .listKind(Json.text(names.path("listKind")))
                .shortNames(texts(names.path("shortNames")))
                .categories(texts(names.path("categories")))
                .traits(Trait.CUSTOM, Trait.GENERATION)
                .columns(columns(version.path("additionalPrinterColumns")))
                .fields(selectable(version.path("selectableFields")));
        if (spec.path("scope").asText().equals("Namespaced")) {
            builder.traits(Trait.NAMESPACED);
        }
        JsonNode subresources = version.path("subresources");
        if (subresources.path("status").isObject()) {
            builder.traits(Trait.STATUS);
        }
        if (subresources.path("scale").isObject()) {
            builder.scale(scale(subresources.path("scale")));
        }
        Schema schema = Schema.root(
                version.at("/schema/openAPIV3Schema") instanceof ObjectNode source ? source : Json.object());
        SchemaForm form = new SchemaForm(schema);
        return builder.form(form).fieldTypes(schema.fieldTypes()).rules(form).build();
    }

    private static String[] texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts.toArray(String[]::new);
    }

    private static String[] selectable(JsonNode list) {
        List<String> paths = new ArrayList<>();
        list.forEach(field -> paths.add(withoutDot(field.path("jsonPath"))));
        return paths.toArray(String[]::new);
    }

    private static Scale scale(JsonNode paths) {
        return new Scale(
                withoutDot(paths.path("specReplicasPath")),
                withoutDot(paths.path("statusReplicasPath")),
                withoutDot(paths.path("labelSelectorPath")));
    }

    private static String withoutDot(JsonNode path) {
        String text = path.asText();
        return text.startsWith(".") ? text.substring(1) : text;
    }

    private static List<Column> columns(JsonNode list) {
        List<Column> columns = new ArrayList<>(List.of(Column.ofName()));
        list.forEach(column -> columns.add(column(column)));
        if (list.isEmpty()) {
            columns.add(Column.ofAge());
        }
        return columns;
    }

    private static Column column(JsonNode given) {
        String path = given.path("jsonPath").asText();
        String type = given.path("type").asText();
        Optional<JsonPath> read = JsonPath.parse(path);
        String description = given.path("description").asText();
        return new Column(
                given.path("name").asText(),
                type,
                given.path("format").asText(),
                given.path("priority").asInt(),
                description.isEmpty() ? "Custom resource definition column (in JSONPath format): " + path : description,
                (object, now) -> read.flatMap(found -> found.first(object))
                        .map(value -> cell(type, value, now))
                        .orElse(null));
    }

    /** Null where a value is not of the type of its column. */
    private static Object cell(String type, JsonNode value, Instant now) {
        return switch (type) {
            case "integer" -> value.isNumber() ? (Object) value.asLong() : null;
            case "number" -> value.isNumber() ? value : null;
            case "boolean" -> value.isBoolean() ? (Object) value.booleanValue() : null;
            case "date" -> value.isTextual() ? Ages.since(value, now) : null;
            default -> value.isContainerNode() ? value.toString() : value.asText();
        };
    }
}
