package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.internal.access.Flag;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Selectors;
import org.karst.apiserver.internal.storage.ObjectKey;

/**
 * The query of a list or a watch (Kubernetes API reference, {@code meta/v1 ListOptions}).
 *
 * @param selector which objects
 * @param resourceVersion empty for the latest state; 0 for any state
 * @param exact whether the list must show that very revision
 * @param limit most objects in one answer; 0 for all
 * @param start where a list goes on
 * @param watch whether changes are wanted
 * @param bookmarks whether bookmarks are welcome
 * @param initialEvents whether a watch begins with the present state; empty if not said
 * @param timeoutSeconds after which a watch ends; 0 if not said
 * @param include what a row of a table holds besides its cells
 */
record ListOptions(
        Selectors selector,
        OptionalLong resourceVersion,
        boolean exact,
        long limit,
        Optional<Continue> start,
        boolean watch,
        boolean bookmarks,
        Optional<Boolean> initialEvents,
        long timeoutSeconds,
        String include) {
    private static final String MATCH = "resourceVersionMatch";
    private static final String NOT_OLDER = "NotOlderThan";

    /**
     * Where a list in parts goes on. Clients get it as an opaque token.
     *
     * @param revision the revision that the whole list shows
     * @param last the last key of the former part
     */
    record Continue(long revision, ObjectKey last) {
        String token() {
            ObjectNode token = Json.object()
                    .put("v", "meta.k8s.io/v1")
                    .put("rv", revision)
                    .put("start", last.namespace() + '/' + last.name());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(token));
        }

        static Continue parse(ResourceDefinition type, String token) {
            try {
                JsonNode read = Json.read(Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.US_ASCII)));
                String start = read.path("start").asText();
                int slash = start.indexOf('/');
                if (slash >= 0
                        && read.path("rv").canConvertToLong()
                        && read.path("rv").asLong() > 0) {
                    return new Continue(
                            read.path("rv").asLong(), type.key(start.substring(0, slash), start.substring(slash + 1)));
                }
            } catch (IOException | IllegalArgumentException e) {
                throw Rejection.badRequest("invalid continue token: continue key is not valid: "
                        + e.getClass().getSimpleName());
            }
            throw Rejection.badRequest("invalid continue token: continue key is not valid");
        }
    }

    /** Whether a stored object is selected. */
    boolean selects(ResourceDefinition type, byte[] json) {
        return selector.acceptsAll() || selector.test(type.attributes(Json.readObject(json)));
    }

    static ListOptions parse(ResourceDefinition type, WebRequest request) {
        String resourceVersion = text(request, "resourceVersion");
        String match = text(request, MATCH);
        String token = text(request, "continue");
        boolean watch = flag(request, "watch").orElse(false);
        Optional<Boolean> initialEvents = flag(request, "sendInitialEvents");
        List<Finding> faults = watch
                ? watchFaults(match, token, initialEvents)
                : listFaults(match, token, resourceVersion, initialEvents);
        if (!faults.isEmpty()) {
            throw Rejection.invalidOptions("ListOptions", faults.toArray(Finding[]::new));
        }
        if (!token.isEmpty() && !resourceVersion.isEmpty() && !resourceVersion.equals("0")) {
            throw Rejection.badRequest("specifying resource version is not allowed when using continue");
        }
        return new ListOptions(
                Selectors.parse(type, text(request, "labelSelector"), text(request, "fieldSelector")),
                resourceVersion.isEmpty() ? OptionalLong.empty() : OptionalLong.of(revision(resourceVersion)),
                match.equals("Exact"),
                number("limit", text(request, "limit")),
                token.isEmpty() ? Optional.empty() : Optional.of(Continue.parse(type, token)),
                watch,
                flag(request, "allowWatchBookmarks").orElse(false),
                initialEvents,
                number("timeoutSeconds", text(request, "timeoutSeconds")),
                request.parameter("includeObject").orElse("Metadata"));
    }

    private static List<Finding> listFaults(
            String match, String token, String resourceVersion, Optional<Boolean> initialEvents) {
        List<Finding> faults = new ArrayList<>();
        if (!match.isEmpty()) {
            if (resourceVersion.isEmpty()) {
                faults.add(Finding.forbidden(MATCH, MATCH + " is forbidden unless resourceVersion is provided"));
            }
            if (!token.isEmpty()) {
                faults.add(Finding.forbidden(MATCH, MATCH + " is forbidden when continue is provided"));
            }
            if (!match.equals("Exact") && !match.equals(NOT_OLDER)) {
                faults.add(Finding.unsupported(MATCH, match, List.of("Exact", NOT_OLDER, "")));
            }
            if (match.equals("Exact") && resourceVersion.equals("0")) {
                faults.add(Finding.forbidden(MATCH, MATCH + " \"exact\" is forbidden for resourceVersion \"0\""));
            }
        }
        if (initialEvents.isPresent()) {
            faults.add(Finding.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        return faults;
    }

    private static List<Finding> watchFaults(String match, String token, Optional<Boolean> initialEvents) {
        List<Finding> faults = new ArrayList<>();
        if (initialEvents.isPresent() && !match.equals(NOT_OLDER)) {
            faults.add(Finding.forbidden(MATCH, "sendInitialEvents requires setting " + MATCH + " to " + NOT_OLDER));
        }
        if (!match.isEmpty()) {
            if (initialEvents.isEmpty()) {
                faults.add(Finding.forbidden(
                        MATCH, MATCH + " is forbidden for watch unless sendInitialEvents is provided"));
            }
            if (!match.equals(NOT_OLDER)) {
                faults.add(Finding.unsupported(MATCH, match, List.of(NOT_OLDER)));
            }
            if (!token.isEmpty()) {
                faults.add(Finding.forbidden(MATCH, MATCH + " is forbidden when continue is provided"));
            }
        }
        return faults;
    }

    private static String text(WebRequest request, String name) {
        return request.parameter(name).orElse("");
    }

    private static long revision(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw Rejection.badRequest("invalid resource version: resourceVersion: Invalid value: \"" + text
                    + "\": strconv.ParseUint: parsing \"" + text + "\": invalid syntax");
        }
        return Long.parseLong(text);
    }

    private static long number(String name, String text) {
        if (text.isEmpty()) {
            return 0;
        }
        if (!text.matches("\\d{1,18}")) {
            throw Rejection.badRequest(name + ": Invalid value: \"" + text + "\": must be an unsigned integer");
        }
        return Long.parseLong(text);
    }

    private static Optional<Boolean> flag(WebRequest request, String name) {
        return request.parameter(name).map(text -> Flag.parse(text)
                .orElseThrow(
                        () -> Rejection.badRequest(name + ": Invalid value: \"" + text + "\": must be a boolean")));
    }
}
