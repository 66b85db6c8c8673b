package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.karst.apiserver.WebHandler;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.internal.access.Reviews;
import org.karst.apiserver.internal.access.Target;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Resources;
import org.karst.apiserver.internal.resource.Trait;
import org.karst.apiserver.internal.storage.StorageException;
import org.karst.apiserver.internal.storage.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kubernetes API as a web handler: routes requests to the verbs and turns every refusal into a {@code Status}. */
public final class KubernetesApi implements WebHandler {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesApi.class);
    private static final List<String> FIRST_NAMESPACES =
            List.of("default", "kube-node-lease", "kube-public", "kube-system");

    private final Store store;
    private final String serverAddress;
    private final Clock clock;
    private final Catalog catalog;
    private final Reads reads;
    private final Deletions deletions;
    private final Writes writes;
    private final Scales scales;

    /**
     * @param serverAddress host and port for discovery
     */
    public KubernetesApi(Store store, String serverAddress, Clock clock) {
        this.store = store;
        this.serverAddress = serverAddress;
        this.clock = clock;
        this.reads = new Reads(store, clock);
        this.catalog = new Catalog(store, clock);
        this.deletions = new Deletions(catalog, clock);
        this.writes = new Writes(catalog, deletions, clock);
        this.scales = new Scales(store, writes);
    }

    /** Creates the namespaces that every cluster has, where missing. */
    public void createFirstNamespaces() {
        ResourceDefinition type = catalog.get().containers();
        for (String name : FIRST_NAMESPACES) {
            ObjectNode namespace = Json.object();
            namespace.putObject("metadata").put("name", name);
            try {
                writes.create(type, "", namespace, Author.SERVER).join();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof Rejection rejection && rejection.code() == 409)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Set<String> prefixes() {
        return Set.of("/api", "/apis", "/openapi", "/version");
    }

    @Override
    public boolean isPublic(String path) {
        return path.equals("/version");
    }

    @Override
    public CompletionStage<WebResponse> answer(WebRequest request) {
        CompletionStage<WebResponse> answer;
        try {
            answer = route(request);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(failure -> refusal(request, failure));
    }

    /** The {@code Status} answer for a rejection. */
    public static WebResponse refusal(Rejection rejection) {
        WebResponse response = WebResponse.of(rejection.code(), Reads.JSON, Json.write(rejection.status()));
        return rejection.code() == 429 ? response.withHeader("retry-after", "1") : response;
    }

    private static WebResponse refusal(WebRequest request, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Rejection rejection) {
            return refusal(rejection);
        }
        if (cause instanceof StorageException storage) {
            return refusal(
                    storage.overloaded
                            ? Rejection.tooManyRequests(storage.getMessage())
                            : Rejection.internalError(storage.getMessage()));
        }
        LOG.error("{} {} failed", request.method(), request.path(), cause);
        return refusal(Rejection.internalError("the request could not be handled; the log of the server says why"));
    }

    private CompletionStage<WebResponse> route(WebRequest request) {
        Optional<Target> target = Target.parse(request.path());
        if (target.isPresent()) {
            return resource(request, target.get());
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw Rejection.methodNotAllowed();
        }
        return CompletableFuture.completedFuture(document(request.path()));
    }

    private WebResponse document(String path) {
        List<String> segments = List.of(path.substring(1).split("/", -1));
        return switch (segments.get(0)) {
            case "version" -> json(200, Version.DOCUMENT);
            case "openapi" -> openApi(segments);
            case "api" -> core(segments);
            case "apis" -> groups(segments);
            default -> notFound();
        };
    }

    private WebResponse core(List<String> segments) {
        Resources resources = catalog.get();
        if (segments.size() == 1) {
            return json(200, Discovery.coreVersions(resources, serverAddress));
        }
        return segments.size() == 2 ? resourceList("", segments.get(1)) : notFound();
    }

    private WebResponse groups(List<String> segments) {
        Resources resources = catalog.get();
        if (segments.size() == 1) {
            return json(200, Discovery.groups(resources));
        }
        if (segments.size() == 2
                && !segments.get(1).isEmpty()
                && resources.groups().contains(segments.get(1))) {
            return json(200, Discovery.group(resources, segments.get(1)));
        }
        return segments.size() == 3 ? resourceList(segments.get(1), segments.get(2)) : notFound();
    }

    private WebResponse resourceList(String group, String version) {
        Resources resources = catalog.get();
        return resources.in(group, version).isEmpty()
                ? notFound()
                : json(200, Discovery.resources(resources, group, version));
    }

    private WebResponse openApi(List<String> segments) {
        if (segments.size() < 2 || !segments.get(1).equals("v3")) {
            return notFound();
        }
        boolean core = segments.size() == 4 && segments.get(2).equals("api");
        boolean grouped = segments.size() == 5 && segments.get(2).equals("apis");
        String group = grouped ? segments.get(3) : "";
        String version = segments.get(segments.size() - 1);
        Resources resources = catalog.get();
        if (segments.size() == 2) {
            return json(200, Discovery.openApiIndex(resources));
        }
        return (core || grouped) && !resources.in(group, version).isEmpty()
                ? json(200, Discovery.openApi(resources, group, version))
                : notFound();
    }

    private CompletionStage<WebResponse> resource(WebRequest request, Target target) {
        Optional<ResourceDefinition> found = catalog.get().find(target.group(), target.version(), target.plural());
        if (found.isEmpty()) {
            if (!catalog.get().in(target.group(), target.version()).isEmpty()) {
                throw Rejection.unknownResource();
            }
            return CompletableFuture.completedFuture(notFound());
        }
        ResourceDefinition type = found.get();
        boolean status = target.subresource().equals("status") && type.has(Trait.STATUS);
        if (type.has(Trait.REVIEW)) {
            return CompletableFuture.completedFuture(review(request, target, type));
        }
        boolean misplaced = type.has(Trait.NAMESPACED)
                ? target.namespace().isEmpty() && !target.name().isEmpty()
                : !target.namespace().isEmpty();
        boolean scale = target.subresource().equals("scale") && type.scale().isPresent();
        if (misplaced || (!target.subresource().isEmpty() && !status && !scale)) {
            throw Rejection.unknownResource();
        }
        if (scale) {
            return scales.answer(request, type, type.scale().get(), target.namespace(), target.name());
        }
        return target.name().isEmpty() ? collection(request, target, type) : item(request, target, type, status);
    }

    private static WebResponse review(WebRequest request, Target target, ResourceDefinition type) {
        if (!target.namespace().isEmpty() || !target.name().isEmpty()) {
            return notFound();
        }
        if (!request.method().equals("POST")) {
            throw Rejection.methodNotAllowed();
        }
        return json(201, Reviews.answer(type, request.caller(), Bodies.object(request, type)));
    }

    private CompletionStage<WebResponse> collection(WebRequest request, Target target, ResourceDefinition type) {
        return switch (request.method()) {
            case "GET", "HEAD" -> CompletableFuture.completedFuture(list(request, target, type));
            case "POST" -> {
                if (type.has(Trait.NAMESPACED) && target.namespace().isEmpty()) {
                    throw Rejection.methodNotAllowed();
                }
                Author author = Author.of(request, "CreateOptions");
                FieldValidation validation = FieldValidation.of(request, "CreateOptions");
                ObjectNode object = Bodies.object(request, type);
                List<String> warnings = validation.check(type, object);
                yield writes.create(type, target.namespace(), object, author)
                        .thenApply(written -> FieldValidation.warn(written(request, type, written), warnings));
            }
            case "DELETE" -> {
                if (type.has(Trait.CONTAINER)) {
                    throw Rejection.methodNotAllowed();
                }
                ListOptions options = ListOptions.parse(type, request);
                DeleteOptions how = DeleteOptions.of(request);
                yield deletions
                        .deleteAll(
                                type,
                                target.namespace(),
                                object -> options.selector().test(type.attributes(object)),
                                how)
                        .thenApply(deleted -> deletedList(type, deleted));
            }
            default -> throw Rejection.methodNotAllowed();
        };
    }

    private WebResponse list(WebRequest request, Target target, ResourceDefinition type) {
        ListOptions options = ListOptions.parse(type, request);
        Representation representation = Representation.of(request);
        if (!options.watch()) {
            return reads.list(type, target.namespace(), options, representation);
        }
        Watch watch =
                new Watch(store, type, target.namespace(), options, representation, clock, () -> catalog.serves(type));
        return WebResponse.streaming(200, Reads.JSON, watch::start);
    }

    private CompletionStage<WebResponse> item(
            WebRequest request, Target target, ResourceDefinition type, boolean status) {
        String namespace = target.namespace();
        String name = target.name();
        return switch (request.method()) {
            case "GET", "HEAD" ->
                CompletableFuture.completedFuture(reads.get(
                        type,
                        namespace,
                        name,
                        Representation.of(request),
                        request.parameter("includeObject").orElse("Metadata")));
            case "PUT" -> {
                Author author = Author.of(request, "UpdateOptions");
                FieldValidation validation = FieldValidation.of(request, "UpdateOptions");
                ObjectNode object = Bodies.object(request, type);
                List<String> warnings = validation.check(type, object);
                yield writes.replace(type, namespace, name, status, object, author)
                        .thenApply(written -> FieldValidation.warn(written(request, type, written), warnings));
            }
            case "PATCH" ->
                Bodies.isApplied(request)
                        ? apply(request, type, namespace, name, status)
                        : patch(request, type, namespace, name, status);
            case "DELETE" -> {
                if (status) {
                    throw Rejection.methodNotAllowed();
                }
                yield deletions
                        .delete(type, namespace, name, DeleteOptions.of(request))
                        .thenApply(written -> deleted(type, written));
            }
            default -> throw Rejection.methodNotAllowed();
        };
    }

    private CompletionStage<WebResponse> patch(
            WebRequest request, ResourceDefinition type, String namespace, String name, boolean status) {
        UnaryOperator<JsonNode> patch = Bodies.patch(request, type);
        Author author = Author.of(request, "PatchOptions");
        if (request.query().containsKey("force")) {
            throw Rejection.invalidOptions(
                    "PatchOptions", Finding.forbidden("force", "may not be specified for non-apply patch"));
        }
        FieldValidation validation = FieldValidation.of(request, "PatchOptions");
        List<String> warnings = new ArrayList<>();
        UnaryOperator<JsonNode> checked = object -> {
            JsonNode patched = patch.apply(object);
            warnings.addAll(validation.check(type, patched));
            return patched;
        };
        return writes.patch(type, namespace, name, status, checked, author)
                .thenApply(written -> FieldValidation.warn(written(request, type, written), warnings));
    }

    private CompletionStage<WebResponse> apply(
            WebRequest request, ResourceDefinition type, String namespace, String name, boolean status) {
        Author author = Author.ofApply(request);
        FieldValidation validation = FieldValidation.of(request, "PatchOptions");
        ObjectNode config = Bodies.configuration(request, type);
        List<String> warnings = validation.check(type, config);
        type.form().prune(config);
        boolean force = request.parameter("force").orElse("").equals("true");
        return writes.apply(type, namespace, name, status, config, force, author)
                .thenApply(written -> FieldValidation.warn(written(request, type, written), warnings));
    }

    private WebResponse written(WebRequest request, ResourceDefinition type, Writes.Written written) {
        byte[] body = Representation.of(request)
                .one(
                        type,
                        written.stored().json(),
                        request.parameter("includeObject").orElse("Metadata"),
                        clock.instant(),
                        true);
        return WebResponse.of(written.created() ? 201 : 200, Reads.JSON, body);
    }

    private static WebResponse deleted(ResourceDefinition type, Writes.Written written) {
        if (!written.gone() || type.has(Trait.RETURNS_DELETED)) {
            return WebResponse.of(200, Reads.JSON, type.typed(written.stored().json()));
        }
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details =
                status.putObject("details").put("name", Json.text(Json.at(written.object(), "metadata.name")));
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.plural()).put("uid", Json.text(Json.at(written.object(), "metadata.uid")));
        return json(200, status);
    }

    private WebResponse deletedList(ResourceDefinition type, List<ObjectNode> deleted) {
        ObjectNode list = Json.object().put("kind", type.listKind()).put("apiVersion", type.apiVersion());
        list.putObject("metadata")
                .put("resourceVersion", Long.toString(store.history().latest()));
        ArrayNode items = list.putArray("items");
        deleted.forEach(items::add);
        return json(200, list);
    }

    private static WebResponse json(int status, JsonNode document) {
        return WebResponse.of(status, Reads.JSON, Json.write(document));
    }

    private static WebResponse notFound() {
        return WebResponse.text(404, "404 page not found\n");
    }
}
