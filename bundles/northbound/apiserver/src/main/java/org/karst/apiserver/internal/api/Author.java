package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.karst.apiserver.Caller;
import org.karst.apiserver.Role;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.internal.managed.Manager;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;

/**
 * Who writes, and whether in earnest: the parameters {@code fieldManager} and {@code dryRun} of the Kubernetes API.
 *
 * @param caller who it is known to be
 * @param manager what the client calls itself
 * @param dryRun whether nothing is to be kept of the write
 */
record Author(Caller caller, String manager, boolean dryRun) {
    /** The server itself. */
    static final Author SERVER = new Author(
            new Caller("karst:apiserver", List.of(Caller.AUTHENTICATED, Role.ADMIN.group())), "karst-apiserver", false);

    private static final int LONGEST_NAME = 128;
    private static final String FIELD = "fieldManager";

    /** Who a request says that it is from; without a word its user agent up to the slash. */
    static Author of(WebRequest request, String options) {
        ArrayNode dryRun = Json.object().putArray("dryRun");
        request.query().getOrDefault("dryRun", List.of()).forEach(dryRun::add);
        boolean rehearsal = dryRun(options, dryRun);
        String given = request.parameter(FIELD).orElse("");
        if (given.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw Rejection.invalidOptions(
                    options, Finding.tooLong(FIELD, "may not be more than " + LONGEST_NAME + " bytes"));
        }
        if (!given.equals(printable(given))) {
            throw Rejection.invalidOptions(
                    options, Finding.invalid(FIELD, given, "should only contain printable characters"));
        }
        return new Author(request.caller(), given.isEmpty() ? fromAgent(request) : given, rehearsal);
    }

    /**
     * Whether values of {@code dryRun} ask for a rehearsal.
     *
     * @param options the kind of options that they are in
     */
    static boolean dryRun(String options, ArrayNode values) {
        for (JsonNode value : values) {
            if (!value.asText().equals("All")) {
                throw Rejection.invalidOptions(options, Finding.unsupported("dryRun", values, List.of("All")));
            }
        }
        return !values.isEmpty();
    }

    /** The same of an apply patch, which must say. */
    static Author ofApply(WebRequest request) {
        if (request.parameter(FIELD).orElse("").isEmpty()) {
            throw Rejection.invalidOptions("PatchOptions", Finding.required(FIELD, "is required for apply patch"));
        }
        return of(request, "PatchOptions");
    }

    private static String fromAgent(WebRequest request) {
        String agent = printable(request.header("user-agent").orElse(""));
        int slash = agent.indexOf('/');
        String name = slash < 0 ? agent : agent.substring(0, slash);
        return name.isEmpty() ? "unknown" : name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }

    private static String printable(String text) {
        return text.codePoints()
                .filter(point -> point == ' ' || !(Character.isISOControl(point) || Character.isWhitespace(point)))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** As a manager of fields of a type. */
    Manager updates(ResourceDefinition type, boolean status) {
        return new Manager(manager, false, type.apiVersion(), status ? "status" : "");
    }

    /** As one who applies. */
    Manager applies(ResourceDefinition type, boolean status) {
        return new Manager(manager, true, type.apiVersion(), status ? "status" : "");
    }
}
