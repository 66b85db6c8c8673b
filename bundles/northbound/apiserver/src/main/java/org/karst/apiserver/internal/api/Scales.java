package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Scale;
import org.karst.apiserver.internal.storage.Snapshot;
import org.karst.apiserver.internal.storage.Store;

/** The subresource {@code scale}: the number of replicas of an object, in one form for all kinds. */
final class Scales {
    private final Store store;
    private final Writes writes;

    Scales(Store store, Writes writes) {
        this.store = store;
        this.writes = writes;
    }

    /** Answers a request for the scale of an object of a kind that has it. */
    CompletionStage<WebResponse> answer(
            WebRequest request, ResourceDefinition type, Scale scale, String namespace, String name) {
        return switch (request.method()) {
            case "GET", "HEAD" -> CompletableFuture.completedFuture(get(type, scale, namespace, name));
            case "PUT" -> {
                JsonNode given = Bodies.json(request);
                yield write(request, type, scale, namespace, name, former -> given, "UpdateOptions");
            }
            case "PATCH" -> write(request, type, scale, namespace, name, Bodies.patch(request, type), "PatchOptions");
            default -> throw Rejection.methodNotAllowed();
        };
    }

    private WebResponse get(ResourceDefinition type, Scale scale, String namespace, String name) {
        try (Snapshot snapshot = store.snapshot()) {
            byte[] json = snapshot.get(type.key(namespace, name));
            if (json == null) {
                throw Rejection.notFound(type, name);
            }
            return json(scale.of(Json.readObject(json)));
        }
    }

    private CompletionStage<WebResponse> write(
            WebRequest request,
            ResourceDefinition type,
            Scale scale,
            String namespace,
            String name,
            UnaryOperator<JsonNode> change,
            String options) {
        UnaryOperator<JsonNode> onto = object -> scale.onto(object, change.apply(scale.of(object)), type);
        return writes.patch(type, namespace, name, false, onto, Author.of(request, options))
                .thenApply(written -> json(scale.of(written.object())));
    }

    private static WebResponse json(JsonNode document) {
        return WebResponse.of(200, Reads.JSON, Json.write(document));
    }
}
