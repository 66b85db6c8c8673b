package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A request that is answered by a {@code Status} object; the wording is that of the real API server. Has no stack trace: it is an answer. */
public final class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient ObjectNode details;

    private Rejection(int code, String reason, String message, ObjectNode details) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    /** HTTP status code. */
    public int code() {
        return code;
    }

    /** The {@code Status} object (Kubernetes API reference, {@code meta/v1 Status}). */
    public ObjectNode status() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        status.put("status", "Failure").put("message", getMessage());
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        if (details != null) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    private static Rejection about(ResourceDefinition type, String name, int code, String reason, String message) {
        return new Rejection(code, reason, message, details(type, name));
    }

    private static ObjectNode details(ResourceDefinition type, String name) {
        ObjectNode details = Json.object();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        return details.put("kind", type.plural());
    }

    /** 400: the request cannot be understood. */
    public static Rejection badRequest(String message) {
        return new Rejection(400, "BadRequest", message, null);
    }

    /** 401: no token, or not the right one. */
    public static Rejection unauthorized() {
        return new Rejection(401, "Unauthorized", "Unauthorized", null);
    }

    /** 403: understood, but never allowed. */
    public static Rejection forbidden(ResourceDefinition type, String name, String why) {
        return about(type, name, 403, "Forbidden", type.qualified() + " \"" + name + "\" is forbidden: " + why);
    }

    /** 403: the caller may not. */
    public static Rejection forbidden(String message, String name, String group, String plural) {
        ObjectNode details = Json.object();
        Map.of("name", name, "group", group, "kind", plural).forEach((field, value) -> {
            if (!value.isEmpty()) {
                details.put(field, value);
            }
        });
        return new Rejection(403, "Forbidden", message, details);
    }

    /** 403 because the namespace goes away. */
    public static Rejection terminating(ResourceDefinition type, String name, String namespace) {
        Rejection rejection = forbidden(
                type,
                name,
                "unable to create new content in namespace " + namespace + " because it is being terminated");
        cause(
                rejection.details,
                "NamespaceTerminating",
                "namespace " + namespace + " is being terminated",
                "metadata.namespace");
        return rejection;
    }

    /** 404: no such object. */
    public static Rejection notFound(ResourceDefinition type, String name) {
        return about(type, name, 404, "NotFound", type.qualified() + " \"" + name + "\" not found");
    }

    /** 405: the resource exists but not this verb on it. */
    public static Rejection methodNotAllowed() {
        return new Rejection(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                Json.object());
    }

    /** 405: not now. */
    public static Rejection methodNotAllowed(ResourceDefinition type, String name, String why) {
        return about(type, name, 405, "MethodNotAllowed", why);
    }

    /** 406: none of the media types that the client accepts. */
    public static Rejection notAcceptable(String supported) {
        return new Rejection(
                406, "NotAcceptable", "only the following media types are accepted: " + supported, Json.object());
    }

    /** 409: an object of that name exists. */
    public static Rejection alreadyExists(ResourceDefinition type, String name) {
        return about(type, name, 409, "AlreadyExists", type.qualified() + " \"" + name + "\" already exists");
    }

    /** 409: the object is not what the request says it is. */
    public static Rejection conflict(ResourceDefinition type, String name, String why) {
        return about(
                type,
                name,
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + type.qualified() + " \"" + name + "\": " + why);
    }

    /** 409: a deletion is of another object, or of another state of it, than the one that is there; the real server names the kind here. */
    public static Rejection failedPrecondition(
            ResourceDefinition type, String name, String what, String wanted, String actual, String hint) {
        ObjectNode details = details(type, name).put("kind", type.kind());
        String kind = type.group().isEmpty() ? type.kind() : type.kind() + '.' + type.group();
        String message =
                "Operation cannot be fulfilled on " + kind + " \"" + name + "\": the " + what + " in the precondition ("
                        + wanted + ") does not match the " + what + " in record (" + actual + "). " + hint;
        return new Rejection(409, "Conflict", message, details);
    }

    /** 409: someone else was faster. */
    public static Rejection modified(ResourceDefinition type, String name) {
        return conflict(
                type,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /**
     * What an applier may not change.
     *
     * @param manager who manages it, as people read it
     * @param fields its places
     */
    public record Conflict(String manager, List<String> fields) {}

    /** 409: an applier changes what others manage. */
    public static Rejection applyConflict(List<Conflict> conflicts) {
        ObjectNode details = Json.object();
        conflicts.forEach(conflict -> conflict.fields()
                .forEach(
                        field -> cause(details, "FieldManagerConflict", "conflict with " + conflict.manager(), field)));
        int count = details.path("causes").size();
        String list = conflicts.stream()
                .map(conflict ->
                        "conflicts with " + conflict.manager() + ":\n- " + String.join("\n- ", conflict.fields()))
                .collect(Collectors.joining("\n"));
        String message = count == 1
                ? "Apply failed with 1 conflict: conflict with "
                        + conflicts.get(0).manager() + ": "
                        + conflicts.get(0).fields().get(0)
                : "Apply failed with " + count + " conflicts: " + list;
        return new Rejection(409, "Conflict", message, details);
    }

    /** 415: the media type of a patch is not known; the real server says no more here. */
    public static Rejection unsupportedPatch() {
        return new Rejection(415, "UnsupportedMediaType", "415: Unsupported Media Type", Json.object());
    }

    /** 404: the group is served, but nothing of that name in it. */
    public static Rejection unknownResource() {
        return new Rejection(404, "NotFound", "the server could not find the requested resource", Json.object());
    }

    /** 422: the options of a request break rules; they are an object of the group meta.k8s.io to the real server. */
    public static Rejection invalidOptions(String kind, Finding... findings) {
        ObjectNode details = Json.object().put("group", "meta.k8s.io").put("kind", kind);
        return invalid(kind + ".meta.k8s.io", "", List.of(findings), details);
    }

    /** 410: the history no longer reaches back so far. */
    public static Rejection expired(String message) {
        return new Rejection(410, "Expired", message, null);
    }

    /** 413: the body is longer than the limit. */
    public static Rejection tooLarge(int limit) {
        return new Rejection(413, "RequestEntityTooLarge", "Request entity too large: limit is " + limit, null);
    }

    /** 415: the media type of the body is not known. */
    public static Rejection unsupportedMediaType(String supported) {
        return new Rejection(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + supported,
                Json.object());
    }

    /** 422: the object breaks rules. */
    public static Rejection invalid(ResourceDefinition type, String name, List<Finding> findings) {
        ObjectNode details = Json.object();
        details.put("name", name);
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.kind());
        return invalid(
                type.group().isEmpty() ? type.kind() : type.kind() + '.' + type.group(), name, findings, details);
    }

    private static Rejection invalid(String kind, String name, List<Finding> findings, ObjectNode details) {
        String list = findings.stream().map(Finding::toString).collect(Collectors.joining(", "));
        findings.forEach(finding -> cause(details, finding.reason(), finding.message(), finding.field()));
        return new Rejection(
                422,
                "Invalid",
                kind + " \"" + name + "\" is invalid: " + (findings.size() == 1 ? list : '[' + list + ']'),
                details);
    }

    /** 422: an update must say which state it is of; the real server's storage names the resource here. */
    public static Rejection unconditional(ResourceDefinition type, String name) {
        Finding finding = Finding.invalid("metadata.resourceVersion", 0, "must be specified for an update");
        return invalid(type.qualified(), name, List.of(finding), details(type, name));
    }

    /** 422: a patch does not fit the object. */
    public static Rejection unprocessable(String message) {
        return new Rejection(422, "Invalid", message, Json.object());
    }

    /** 429: more than the server takes now. */
    public static Rejection tooManyRequests(String message) {
        ObjectNode details = Json.object();
        details.put("retryAfterSeconds", 1);
        return new Rejection(429, "TooManyRequests", message, details);
    }

    /** 500: our fault. */
    public static Rejection internalError(String message) {
        ObjectNode details = Json.object();
        cause(details, "", message, "");
        return new Rejection(500, "InternalError", "Internal error occurred: " + message, details);
    }

    /** 504: the server has not seen such a revision. */
    public static Rejection revisionInFuture(long asked, long current) {
        ObjectNode details = Json.object();
        cause(details, "ResourceVersionTooLarge", "Too large resource version", "");
        details.put("retryAfterSeconds", 1);
        return new Rejection(
                504, "Timeout", "Timeout: Too large resource version: " + asked + ", current: " + current, details);
    }

    private static void cause(ObjectNode details, String reason, String message, String field) {
        ArrayNode causes = details.get("causes") instanceof ArrayNode known ? known : details.putArray("causes");
        ObjectNode cause = causes.addObject();
        if (!reason.isEmpty()) {
            cause.put("reason", reason);
        }
        cause.put("message", message);
        if (!field.isEmpty()) {
            cause.put("field", field);
        }
    }
}
