package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.karst.apiserver.internal.resource.Documents;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Resources;
import org.karst.apiserver.internal.resource.Trait;

/** Says what is served: the discovery documents and an OpenAPI v3 index, both derived from the definitions. */
final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> REVIEW_VERBS = List.of("create");
    private static final List<String> STATUS_VERBS = List.of("get", "patch", "update");
    private static final List<String> PATCH_PARAMETERS = List.of("dryRun", "fieldManager", "fieldValidation", "force");

    private Discovery() {}

    /** {@code /api}. */
    static ObjectNode coreVersions(Resources resources, String serverAddress) {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        resources.versions("").forEach(versions.putArray("versions")::add);
        versions.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", serverAddress);
        return versions;
    }

    /** {@code /apis}. */
    static ObjectNode groups(Resources resources) {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        resources.groups().stream()
                .filter(group -> !group.isEmpty())
                .forEach(group -> groups.add(describe(resources, group)));
        return list;
    }

    /** {@code /apis/GROUP}. */
    static ObjectNode group(Resources resources, String group) {
        ObjectNode found = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
        found.setAll(describe(resources, group));
        return found;
    }

    private static ObjectNode describe(Resources resources, String group) {
        ObjectNode described = Json.object().put("name", group);
        ArrayNode versions = described.putArray("versions");
        resources.versions(group).forEach(version -> versions.add(version(group, version)));
        described.set(
                "preferredVersion", version(group, resources.versions(group).get(0)));
        return described;
    }

    private static ObjectNode version(String group, String version) {
        return Json.object().put("groupVersion", group + '/' + version).put("version", version);
    }

    /** {@code /api/v1} and {@code /apis/GROUP/VERSION}. */
    static ObjectNode resources(Resources resources, String group, String version) {
        ObjectNode list = Json.object().put("kind", "APIResourceList");
        if (!group.isEmpty()) {
            list.put("apiVersion", "v1");
        }
        list.put("groupVersion", group.isEmpty() ? version : group + '/' + version);
        ArrayNode entries = list.putArray("resources");
        for (ResourceDefinition type : resources.in(group, version)) {
            ObjectNode entry = entry(entries, type, type.plural(), type.has(Trait.REVIEW) ? REVIEW_VERBS : VERBS);
            if (!type.shortNames().isEmpty()) {
                type.shortNames().forEach(entry.putArray("shortNames")::add);
            }
            if (!type.categories().isEmpty()) {
                type.categories().forEach(entry.putArray("categories")::add);
            }
            if (type.scale().isPresent()) {
                entry(entries, type, type.plural() + "/scale", STATUS_VERBS)
                        .put("singularName", "")
                        .put("group", "autoscaling")
                        .put("version", "v1")
                        .put("kind", "Scale");
            }
            if (type.has(Trait.STATUS)) {
                entry(entries, type, type.plural() + "/status", STATUS_VERBS).put("singularName", "");
            }
        }
        return list;
    }

    private static ObjectNode entry(ArrayNode entries, ResourceDefinition type, String name, List<String> verbs) {
        ObjectNode entry = entries.addObject()
                .put("name", name)
                .put("singularName", type.singular())
                .put("namespaced", type.has(Trait.NAMESPACED))
                .put("kind", type.kind());
        verbs.forEach(entry.putArray("verbs")::add);
        return entry;
    }

    /** {@code /openapi/v3}. */
    static ObjectNode openApiIndex(Resources resources) {
        ObjectNode index = Json.object();
        ObjectNode paths = index.putObject("paths");
        for (String group : resources.groups()) {
            for (String version : resources.versions(group)) {
                String path = path(group, version);
                int hash = openApi(resources, group, version).toString().hashCode();
                paths.putObject(path)
                        .put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + Integer.toHexString(hash));
            }
        }
        return index;
    }

    private static String path(String group, String version) {
        return group.isEmpty() ? "api/" + version : "apis/" + group + '/' + version;
    }

    /** {@code /openapi/v3/…} of one group and version. */
    static ObjectNode openApi(Resources resources, String group, String version) {
        ObjectNode document = Json.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "unversioned");
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        for (ResourceDefinition type : resources.in(group, version)) {
            if (!type.has(Trait.REVIEW)) {
                patch(paths, type);
            }
            ObjectNode schema = Documents.schema(type);
            schemas.set(schemaName(type), schema);
            names(schema.putArray("x-kubernetes-group-version-kind").addObject(), type);
        }
        return document;
    }

    /** Clients look here for the parameters that a patch takes. */
    private static void patch(ObjectNode paths, ResourceDefinition type) {
        String collection = '/'
                + path(type.group(), type.version())
                + (type.has(Trait.NAMESPACED) ? "/namespaces/{namespace}/" : "/")
                + type.plural();
        ObjectNode patch = paths.putObject(collection + "/{name}").putObject("patch");
        patch.put("operationId", "patch" + type.kind());
        ArrayNode parameters = patch.putArray("parameters");
        PATCH_PARAMETERS.forEach(name -> parameters
                .addObject()
                .put("name", name)
                .put("in", "query")
                .putObject("schema")
                .put("type", name.equals("force") ? "boolean" : "string")
                .put("uniqueItems", true));
        names(patch.putObject("x-kubernetes-group-version-kind"), type);
        patch.put("x-kubernetes-action", "patch");
    }

    private static void names(ObjectNode target, ResourceDefinition type) {
        target.put("group", type.group()).put("kind", type.kind()).put("version", type.version());
    }

    private static String schemaName(ResourceDefinition type) {
        String group = type.group().isEmpty() ? "core" : type.group();
        return group + '.' + type.version() + '.' + type.kind();
    }
}
