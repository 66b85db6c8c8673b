package org.karst.apiserver.internal.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.karst.apiserver.Caller;
import org.karst.apiserver.internal.access.Action;
import org.karst.apiserver.internal.access.Target;
import org.karst.apiserver.internal.resource.Json;

/**
 * One request and its answer.
 *
 * @param caller who asked
 * @param action what for
 * @param uri as it was sent
 * @param agent what the client calls itself, may be empty
 * @param source its IP address
 * @param received when it came
 * @param answered when it was answered
 * @param stream whether the answer goes on from then
 * @param code of the answer
 * @param body of an answer that refuses, for its reason; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record AuditEvent(
        Caller caller,
        Action action,
        String uri,
        String agent,
        String source,
        Instant received,
        Instant answered,
        boolean stream,
        int code,
        byte[] body) {
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int FIRST_FAILURE = 400;

    /** Whether it asked for more than to read, or was refused for who asked. */
    boolean matters() {
        return code == UNAUTHORIZED
                || code == FORBIDDEN
                || !(action.verb().equals("get")
                        || action.verb().equals("list")
                        || action.verb().equals("watch"));
    }

    /** Whether nobody knows who asked. */
    boolean isOfStranger() {
        return code == UNAUTHORIZED;
    }

    ObjectNode json() {
        ObjectNode event = Json.object()
                .put("kind", "Event")
                .put("apiVersion", "audit.k8s.io/v1")
                .put("level", "Metadata")
                .put("auditID", UUID.randomUUID().toString())
                .put("stage", stream ? "ResponseStarted" : "ResponseComplete")
                .put("requestURI", uri)
                .put("verb", action.verb());
        ObjectNode user = event.putObject("user").put("username", caller.name());
        caller.groups().forEach(user.putArray("groups")::add);
        event.putArray("sourceIPs").add(source);
        if (!agent.isEmpty()) {
            event.put("userAgent", agent);
        }
        action.target().ifPresent(target -> describe(event.putObject("objectRef"), target));
        ObjectNode status = event.putObject("responseStatus");
        status.putObject("metadata");
        if (code >= FIRST_FAILURE) {
            explain(status);
        }
        status.put("code", code);
        event.put("requestReceivedTimestamp", MICROSECONDS.format(received));
        event.put("stageTimestamp", MICROSECONDS.format(answered));
        if (code != UNAUTHORIZED) {
            event.putObject("annotations").put("authorization.k8s.io/decision", code == FORBIDDEN ? "forbid" : "allow");
        }
        return event;
    }

    private static void describe(ObjectNode reference, Target target) {
        put(reference, "resource", target.plural());
        put(reference, "namespace", target.namespace());
        put(reference, "name", target.name());
        put(reference, "apiGroup", target.group());
        put(reference, "apiVersion", target.version());
        put(reference, "subresource", target.subresource());
    }

    private static void put(ObjectNode object, String field, String value) {
        if (!value.isEmpty()) {
            object.put(field, value);
        }
    }

    private void explain(ObjectNode status) {
        status.put("status", "Failure");
        try {
            JsonNode said = Json.read(body);
            put(status, "message", Json.text(said.path("message")));
            put(status, "reason", Json.text(said.path("reason")));
        } catch (IOException e) {
            // Not every handler refuses by a Status; the code says enough then.
            status.put("status", "Failure");
        }
    }
}
