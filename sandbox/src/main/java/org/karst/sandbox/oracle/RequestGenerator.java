package org.karst.sandbox.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Makes requests of a seed and a number. */
public final class RequestGenerator {
    /** Namespaces that are there from the beginning. */
    static final List<String> NAMESPACES = List.of("shop", "blog");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private static final String METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    private static final String[] MANAGERS = {"kubectl-create", "controller", "kubectl", "other"};
    private static final Kind[] KINDS = Kind.values();

    private final long seed;

    public RequestGenerator(long seed) {
        this.seed = seed;
    }

    /** One request in the making. */
    private static final class Draft {
        final SplittableRandom random;
        final Kind kind;
        final String namespace;
        final String name;
        final List<String> query = new ArrayList<>();
        final Map<String, String> headers = new TreeMap<>();

        Draft(SplittableRandom random) {
            this.random = random;
            this.kind = KINDS[random.nextInt(KINDS.length)];
            this.namespace = random.nextInt(25) == 0 ? "ghost" : NAMESPACES.get(random.nextInt(NAMESPACES.size()));
            this.name = kind.name(random);
            headers.put("user-agent", Kind.pick(random, "kubectl/v1.35.4", "controller/1.0", "curl"));
        }

        String collection() {
            return kind.path(namespace);
        }

        String object() {
            return collection() + '/' + name;
        }

        boolean oneIn(int chances) {
            return random.nextInt(chances) == 0;
        }

        ObjectNode sample() {
            ObjectNode object = kind.sample(namespace, name, random);
            if (oneIn(8)) {
                Mutation.of(object, random);
            }
            return object;
        }

        void writeOptions() {
            if (oneIn(2)) {
                query.add("fieldManager=" + Kind.pick(random, MANAGERS));
            }
            if (oneIn(10)) {
                query.add("dryRun=" + Kind.pick(random, "All", "All", "All", "Some"));
            }
            if (oneIn(4)) {
                query.add("fieldValidation=" + Kind.pick(random, "Strict", "Warn", "Ignore", "Never"));
            }
            if (oneIn(12)) {
                headers.put("accept", TABLE);
            }
        }

        Request request(String method, String path, String contentType, String body) {
            return request(method, path, contentType, body, Optional.empty());
        }

        Request request(String method, String path, String contentType, String body, Optional<JsonNode> edit) {
            if (!contentType.isEmpty()) {
                headers.put("content-type", contentType);
            }
            return new Request(method, path, query.isEmpty() ? "" : '?' + String.join("&", query), headers, body, edit);
        }
    }

    /** The request of a number, from 1. */
    public Request request(long number) {
        Draft draft = new Draft(new SplittableRandom(seed * 1_000_003 + number));
        int choice = draft.random.nextInt(100);
        if (choice < 18) {
            return create(draft);
        } else if (choice < 26) {
            return get(draft);
        } else if (choice < 38) {
            return list(draft);
        } else if (choice < 48) {
            return replace(draft);
        } else if (choice < 64) {
            return patch(draft);
        } else if (choice < 76) {
            return apply(draft);
        } else if (choice < 87) {
            return delete(draft);
        } else if (choice < 90) {
            return deleteCollection(draft);
        } else if (choice < 97) {
            return watch(draft);
        }
        return odd(draft);
    }

    private static Request create(Draft draft) {
        draft.writeOptions();
        ObjectNode sample = draft.sample();
        if (draft.oneIn(12) && sample.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("name");
            metadata.put("generateName", "made-");
            draft.query.add("dryRun=All");
        }
        return draft.request("POST", draft.collection(), JSON_TYPE, sample.toString());
    }

    private static Request get(Draft draft) {
        switch (draft.random.nextInt(6)) {
            case 0 -> draft.headers.put("accept", TABLE);
            case 1 -> draft.headers.put("accept", METADATA);
            case 2 -> draft.query.add("resourceVersion=0");
            default -> {}
        }
        boolean status = draft.kind.hasStatus && draft.oneIn(5);
        return draft.request("GET", draft.object() + (status ? "/status" : ""), "", "");
    }

    private static void selectors(Draft draft) {
        if (draft.oneIn(3)) {
            draft.query.add("labelSelector="
                    + Kind.pick(
                            draft.random,
                            "app%3Dweb",
                            "app%21%3Dweb",
                            "app",
                            "%21app",
                            "app+in+%28web%2Cdb%29",
                            "app+notin+%28web%29%2Ctier",
                            "tier%3E1",
                            "app%3D%3Ddb%2Ctier%3D2",
                            "app%3D",
                            "a+b",
                            "%2Fx%3Dy",
                            "app%3D-bad-"));
        }
        if (draft.oneIn(5)) {
            List<String> fields = new ArrayList<>(draft.kind.fields());
            fields.add("metadata.name");
            fields.add("metadata.namespace");
            fields.add("spec.bogus");
            String field = fields.get(draft.random.nextInt(fields.size()));
            draft.query.add("fieldSelector=" + field + Kind.pick(draft.random, "%3D", "%21%3D", "%3D%3D")
                    + Kind.pick(
                            draft.random, "a", "node-a", "Running", "Pending", "true", "false", "Normal", "Pod", ""));
        }
    }

    private static Request list(Draft draft) {
        selectors(draft);
        if (draft.oneIn(3)) {
            draft.query.add("limit=" + (1 + draft.random.nextInt(2)));
        }
        if (draft.oneIn(6)) {
            draft.query.add("limit=1");
            draft.query.add("continue=" + Kind.pick(draft.random, "${continue}", "${continue}", "bogus"));
        }
        if (draft.oneIn(6)) {
            draft.query.add("resourceVersion=" + Kind.pick(draft.random, "0", "${resourceVersion}", "abc"));
            if (draft.oneIn(2)) {
                draft.query.add("resourceVersionMatch=" + Kind.pick(draft.random, "NotOlderThan", "Exact", "Maybe"));
            }
        }
        switch (draft.random.nextInt(6)) {
            case 0 -> draft.headers.put("accept", TABLE);
            case 1 -> draft.headers.put("accept", METADATA.replace("Metadata;", "MetadataList;"));
            default -> {}
        }
        return draft.request("GET", draft.collection(), "", "");
    }

    private static ObjectNode edit(Draft draft) {
        ObjectNode edit = JSON.createObjectNode();
        ObjectNode metadata = edit.putObject("metadata");
        switch (draft.random.nextInt(6)) {
            case 0 -> metadata.putObject("labels").put("app", Kind.pick(draft.random, "web", "db", "-bad"));
            case 1 -> metadata.putObject("labels").putNull("app");
            case 2 -> metadata.putObject("annotations").put("note", Kind.pick(draft.random, "1", "2"));
            case 3 -> metadata.putNull("resourceVersion");
            case 4 -> metadata.put("resourceVersion", Kind.pick(draft.random, "1", "abc", ""));
            default -> metadata.put("name", Kind.pick(draft.random, draft.name, "z", ""));
        }
        if (draft.oneIn(3)) {
            ObjectNode other = draft.kind.sample(draft.namespace, draft.name, draft.random);
            for (String part : new String[] {"spec", "status", "reason", "involvedObject"}) {
                if (other.has(part)) {
                    edit.set(part, other.get(part));
                }
            }
        }
        return edit;
    }

    private static Request replace(Draft draft) {
        draft.writeOptions();
        boolean status = draft.kind.hasStatus && draft.oneIn(4);
        ObjectNode edit = edit(draft);
        if (status) {
            draft.kind.fillStatus(edit.putObject("status"), draft.random);
        }
        return draft.request(
                "PUT",
                draft.object() + (status ? "/status" : ""),
                JSON_TYPE,
                draft.sample().toString(),
                draft.oneIn(5) ? Optional.empty() : Optional.of(edit));
    }

    private static Request patch(Draft draft) {
        draft.writeOptions();
        boolean status = draft.kind.hasStatus && draft.oneIn(4);
        String path = draft.object() + (status ? "/status" : "");
        if (draft.oneIn(3)) {
            return draft.request(
                    "PATCH",
                    path,
                    "application/json-patch+json",
                    operations(draft).toString());
        }
        ObjectNode patch = edit(draft);
        if (status) {
            draft.kind.fillStatus(patch.putObject("status"), draft.random);
        }
        if (draft.oneIn(12)) {
            patch.putObject("metadata").put("uid", Kind.pick(draft.random, "${uid}", "other"));
        }
        if (draft.oneIn(12)) {
            Mutation.of(patch, draft.random);
        }
        String type = Kind.pick(draft.random, "application/merge-patch+json", "application/strategic-merge-patch+json");
        return draft.request("PATCH", path, type, patch.toString());
    }

    private static ArrayNode operations(Draft draft) {
        ArrayNode operations = JSON.createArrayNode();
        for (int i = 0; i <= draft.random.nextInt(2); i++) {
            ObjectNode operation = operations.addObject();
            operation.put(
                    "op", Kind.pick(draft.random, "add", "replace", "remove", "test", "add", "copy", "move", "bogus"));
            operation.put(
                    "path",
                    Kind.pick(
                            draft.random,
                            "/metadata/labels/app",
                            "/metadata/labels",
                            "/metadata/annotations",
                            "/metadata/finalizers",
                            "/metadata/finalizers/-",
                            "/spec/unschedulable",
                            "/nowhere/at/all",
                            "/metadata/annotations/note",
                            "no-slash"));
            String at = operation.path("path").asText();
            if (at.endsWith("labels") || at.endsWith("annotations")) {
                operation.putObject("value").put("app", "db");
            } else if (at.endsWith("finalizers")) {
                operation.putArray("value");
            } else if (at.endsWith("unschedulable")) {
                operation.put("value", true);
            } else {
                operation.put("value", Kind.pick(draft.random, "web", "example.com/hold"));
            }
            operation.put("from", "/metadata/labels/app");
        }
        return operations;
    }

    private static Request apply(Draft draft) {
        if (!draft.oneIn(15)) {
            draft.query.add("fieldManager=" + Kind.pick(draft.random, MANAGERS));
        }
        if (draft.oneIn(3)) {
            draft.query.add("force=" + Kind.pick(draft.random, "true", "true", "false"));
        }
        if (draft.oneIn(8)) {
            draft.query.add("dryRun=All");
        }
        if (draft.oneIn(4)) {
            draft.query.add("fieldValidation=" + Kind.pick(draft.random, "Strict", "Warn", "Ignore"));
        }
        ObjectNode config = draft.sample();
        boolean status = draft.kind.hasStatus && draft.oneIn(6);
        if (status) {
            config.remove("spec");
            draft.kind.fillStatus(config.putObject("status"), draft.random);
        }
        return draft.request(
                "PATCH", draft.object() + (status ? "/status" : ""), "application/apply-patch+yaml", config.toString());
    }

    private static Request delete(Draft draft) {
        // A namespace waits for a controller that the real server does not have here; what is refused is the same.
        if (draft.kind == Kind.NAMESPACE) {
            String path = Kind.NAMESPACE.path("") + Kind.pick(draft.random, "/default", "/kube-system", "/missing");
            return draft.request("DELETE", path, "", "");
        }
        String body = "";
        if (draft.oneIn(2)) {
            ObjectNode options = JSON.createObjectNode();
            if (draft.oneIn(2)) {
                options.put("kind", "DeleteOptions").put("apiVersion", "v1");
            }
            if (draft.oneIn(3)) {
                options.putObject("preconditions").put("uid", Kind.pick(draft.random, "${uid}", "${uid}", "wrong"));
            } else if (draft.oneIn(4)) {
                options.putObject("preconditions")
                        .put("resourceVersion", Kind.pick(draft.random, "${resourceVersion}", "1"));
            }
            if (draft.oneIn(4)) {
                // The others wait for a garbage collector, which the real server does not have here.
                options.put(
                        "propagationPolicy",
                        Kind.pick(draft.random, "Background", "Background", "Background", "Sideways"));
            }
            options.put("gracePeriodSeconds", draft.oneIn(15) ? -1 : 0);
            if (draft.oneIn(8)) {
                options.putArray("dryRun").add("All");
            }
            body = options.toString();
        } else {
            draft.query.add("gracePeriodSeconds=0");
            if (draft.oneIn(8)) {
                draft.query.add("dryRun=All");
            }
        }
        return draft.request("DELETE", draft.object(), body.isEmpty() ? "" : JSON_TYPE, body);
    }

    private static Request deleteCollection(Draft draft) {
        selectors(draft);
        draft.query.add("gracePeriodSeconds=0");
        if (draft.kind == Kind.NAMESPACE) {
            return draft.request("DELETE", Kind.NAMESPACE.path(""), "", "");
        }
        return draft.request("DELETE", draft.collection(), "", "");
    }

    private static Request watch(Draft draft) {
        draft.query.add("watch=true");
        selectors(draft);
        switch (draft.random.nextInt(4)) {
            case 0 -> draft.query.add("resourceVersion=0");
            case 1 -> {
                draft.query.add("sendInitialEvents=true");
                draft.query.add("allowWatchBookmarks=true");
                draft.query.add("resourceVersionMatch=NotOlderThan");
            }
            default -> {}
        }
        switch (draft.random.nextInt(5)) {
            case 0 -> draft.headers.put("accept", TABLE);
            case 1 -> draft.headers.put("accept", METADATA);
            default -> {}
        }
        return draft.request(Request.WATCH, draft.collection(), "", "");
    }

    /** What no client should send. */
    private static Request odd(Draft draft) {
        return switch (draft.random.nextInt(9)) {
            case 0 ->
                draft.request("POST", draft.object(), JSON_TYPE, draft.sample().toString());
            case 1 ->
                draft.request(
                        "PUT", draft.collection(), JSON_TYPE, draft.sample().toString());
            case 2 ->
                draft.request(
                        "POST", draft.collection(), "text/plain", draft.sample().toString());
            case 3 -> draft.request("POST", draft.collection(), JSON_TYPE, "{\"metadata\":");
            case 4 -> draft.request("PATCH", draft.object(), "application/bogus", "{}");
            case 5 -> {
                draft.headers.put("accept", "text/csv");
                yield draft.request("GET", draft.object(), "", "");
            }
            case 6 -> draft.request("POST", draft.collection(), JSON_TYPE, "");
            case 7 -> draft.request("GET", draft.object() + "/bogus", "", "");
            default -> draft.request("GET", draft.kind.root + "/bogus", "", "");
        };
    }
}
