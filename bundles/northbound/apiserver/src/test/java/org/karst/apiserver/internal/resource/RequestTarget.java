package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.karst.apiserver.internal.api.PathProbe;
import org.karst.apiserver.internal.http.TargetProbe;
import org.karst.apiserver.internal.managed.ManagedFields;
import org.karst.apiserver.internal.managed.Manager;
import org.karst.apiserver.internal.managed.ServerSideApply;

/**
 * What a client sends. The first byte says which part of a request: a target, an object, a patch, Protobuf, a
 * configuration to be applied, or a merge patch. What
 * cannot be taken is refused by a {@link Rejection}; nothing else may be thrown.
 */
public final class RequestTarget {
    private static final int PARTS = 6;

    private RequestTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        read(input);
    }

    /** The object that came of it, empty if it was refused or none was sent. */
    static Optional<JsonNode> read(byte[] input) {
        if (input.length == 0) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOfRange(input, 1, input.length);
        ResourceDefinition type = CoreResources.ALL.get(Math.floorMod(input[0] / PARTS, CoreResources.ALL.size()));
        try {
            return switch (Math.floorMod(input[0], PARTS)) {
                case 0 -> {
                    TargetProbe.path(new String(body, StandardCharsets.ISO_8859_1))
                            .ifPresent(PathProbe::read);
                    yield Optional.empty();
                }
                case 1 -> {
                    ObjectNode object = Documents.object(type, body);
                    Documents.prepare(type, object);
                    yield Optional.of(object);
                }
                case 2 ->
                    Optional.of(JsonPatch.apply(
                            Json.constant("{\"kind\":\"Pod\",\"metadata\":{\"labels\":{}},\"list\":[1,2]}"),
                            Documents.parse(body)));
                case 3 -> Optional.of(Protobuf.read(type, body));
                case 4 -> {
                    ObjectNode config = Documents.object(type, Yaml.parse(body));
                    ServerSideApply application =
                            new ServerSideApply(type, new Manager("m", true, "v1", ""), false, "2020-01-01T00:00:00Z");
                    yield Optional.of(application
                            .apply(type.form().blank(), ManagedFields.NONE, config)
                            .object());
                }
                default ->
                    Optional.of(MergePatch.apply(
                            Json.constant("{\"kind\":\"Pod\",\"metadata\":{\"labels\":{}}}"), Documents.parse(body)));
            };
        } catch (Rejection refused) {
            if (refused.getMessage() == null || refused.getMessage().isBlank()) {
                throw new IllegalStateException("a refusal without a sentence", refused);
            }
            return Optional.empty();
        }
    }
}
