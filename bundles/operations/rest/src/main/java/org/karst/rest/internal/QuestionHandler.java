package org.karst.rest.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.karst.apiserver.WebHandler;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.questions.Answer;
import org.karst.questions.Edit;
import org.karst.questions.FlowFilter;
import org.karst.questions.QuestionException;
import org.karst.questions.Questions;
import org.karst.questions.TraceRequest;
import org.karst.questions.WatchPosition;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /karst/v1/…}: what the shell's commands of the same names tell, as JSON; with {@code ?output=text} as the shell
 * prints it. {@code POST /karst/v1/verify-flows} is the one that changes something; {@code POST /karst/v1/plan} brings a manifest. What cannot be answered is a Kubernetes {@code Status} with a sentence.
 */
@Component
public final class QuestionHandler implements WebHandler {
    private static final Logger LOG = LoggerFactory.getLogger(QuestionHandler.class);
    private static final String PREFIX = "/karst/v1";
    private static final String JSON = "application/json";
    private static final String OUTPUT = "output";
    /** It repairs what it finds, so it is asked by POST. */
    private static final String VERIFY_FLOWS = "verify-flows";
    /** It brings a manifest, so it is asked by POST. */
    private static final String PLAN = "plan";

    private final Questions questions;
    private final Map<String, Question> byName = new TreeMap<>();

    /** One path. */
    private record Question(Set<String> parameters, Asked asked) {}

    private interface Asked {
        CompletionStage<? extends Answer> ask(WebRequest request);
    }

    @Activate
    public QuestionHandler(@Reference Questions questions) {
        this.questions = questions;
        byName.put("status", new Question(Set.of(), request -> questions.status()));
        byName.put("sync", new Question(Set.of("driver", "kind", "resourceVersion"), this::sync));
        byName.put("nodes", new Question(Set.of(), request -> questions.nodes()));
        byName.put("pods", new Question(Set.of("node"), request -> questions.pods(given(request, "node"))));
        byName.put("slots", new Question(Set.of(), request -> questions.slots()));
        byName.put("flows", new Question(Set.of("node", "slot", "pod"), this::flows));
        byName.put(
                VERIFY_FLOWS,
                new Question(
                        Set.of("node", "removeForeign"),
                        request -> questions.verifyFlows(given(request, "node"), flag(request, "removeForeign"))));
        byName.put(PLAN, new Question(Set.of("delete", "relabel", "removeFeature"), this::plan));
        byName.put("policy", new Question(Set.of("pod"), this::policy));
        byName.put("trace", new Question(Set.of("source", "destination", "protocol", "port", "family"), this::trace));
        byName.put("why", new Question(Set.of("flow", "pod", "node"), this::why));
    }

    @Override
    public Set<String> prefixes() {
        return Set.of(PREFIX);
    }

    private static Optional<String> given(WebRequest request, String parameter) {
        return request.parameter(parameter).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static boolean flag(WebRequest request, String parameter) {
        String value = given(request, parameter).orElse("false");
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw QuestionException.invalid(parameter + " is true or false, not '" + value + "'");
        };
    }

    private CompletionStage<? extends Answer> sync(WebRequest request) {
        Optional<String> kind = given(request, "kind");
        Optional<String> version = given(request, "resourceVersion");
        if (kind.isPresent() != version.isPresent()) {
            throw QuestionException.invalid(
                    "sync wants both ?kind= (such as nodes.v1) and resourceVersion=, or none of them");
        }
        return questions.sync(
                given(request, "driver"), kind.map(name -> WatchPosition.parse(name, version.orElseThrow())));
    }

    private CompletionStage<? extends Answer> flows(WebRequest request) {
        return questions.flows(new FlowFilter(given(request, "node"), given(request, "slot"), given(request, "pod")));
    }

    private CompletionStage<? extends Answer> plan(WebRequest request) {
        List<Edit> edits = new ArrayList<>();
        String manifest = new String(request.body(), StandardCharsets.UTF_8);
        if (!manifest.isBlank()) {
            edits.add(new Edit.Apply(manifest));
        }
        request.query().getOrDefault("delete", List.of()).forEach(text -> edits.add(Edit.delete(words(text))));
        request.query().getOrDefault("relabel", List.of()).forEach(text -> edits.add(Edit.relabel(words(text))));
        request.query()
                .getOrDefault("removeFeature", List.of())
                .forEach(name -> edits.add(new Edit.RemoveFeature(name.strip())));
        return questions.plan(edits);
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }

    private CompletionStage<? extends Answer> policy(WebRequest request) {
        return questions.policies(
                given(request, "pod").orElseThrow(() -> QuestionException.invalid("policy wants ?pod=NAMESPACE/NAME")));
    }

    private CompletionStage<? extends Answer> trace(WebRequest request) {
        List<String> words = new ArrayList<>();
        for (String parameter : List.of("source", "destination")) {
            words.add(given(request, parameter)
                    .orElseThrow(() -> QuestionException.invalid("trace wants ?source= and destination=, each"
                            + " NAMESPACE/POD, the name of a node or an address; and protocol=tcp and port=80")));
        }
        Optional<String> port = given(request, "port");
        given(request, "protocol").or(() -> port.map(any -> "tcp")).ifPresent(words::add);
        port.ifPresent(words::add);
        return questions.trace(TraceRequest.parse(words, given(request, "family")));
    }

    private CompletionStage<? extends Answer> why(WebRequest request) {
        Optional<String> flow = given(request, "flow");
        Optional<String> pod = given(request, "pod");
        if (flow.isPresent() == pod.isPresent()) {
            throw QuestionException.invalid("why wants either ?flow= with a flow as ovs-ofctl dump-flows prints it,"
                    + " or ?pod=NAMESPACE/NAME");
        }
        return questions.why(flow.orElseGet(() -> "pod " + pod.get()), given(request, "node"));
    }

    @Override
    public CompletionStage<WebResponse> answer(WebRequest request) {
        try {
            return ask(request).exceptionally(failure -> refusal(request, failure));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(refusal(request, e));
        }
    }

    private CompletionStage<WebResponse> ask(WebRequest request) {
        String name = request.path().substring(PREFIX.length()).replaceFirst("^/", "");
        boolean posted = name.equals(VERIFY_FLOWS) || name.equals(PLAN);
        if (posted ? !request.method().equals("POST") : !Set.of("GET", "HEAD").contains(request.method())) {
            return CompletableFuture.completedFuture(status(
                    405,
                    "MethodNotAllowed",
                    request.path()
                            + (posted ? " is asked by POST" : " is a question: ask it by GET")
                            + ", not by " + request.method()));
        }
        Question question = byName.get(name);
        if (question == null) {
            throw QuestionException.notFound("there is no question " + (name.isEmpty() ? "without a name" : name)
                    + " under " + PREFIX + "; there are " + String.join(", ", byName.keySet()));
        }
        Set<String> unknown = new TreeSet<>(request.query().keySet());
        unknown.removeAll(question.parameters());
        unknown.remove(OUTPUT);
        if (!unknown.isEmpty()) {
            throw QuestionException.invalid(request.path() + " has no parameter " + String.join(", ", unknown)
                    + (question.parameters().isEmpty()
                            ? "; it takes none"
                            : "; it takes " + String.join(", ", new TreeSet<>(question.parameters()))));
        }
        boolean text = isText(request);
        return question.asked()
                .ask(request)
                .thenApply(answer -> text
                        ? WebResponse.text(200, answer.text() + "\n")
                        : WebResponse.of(200, JSON, answer.json().getBytes(StandardCharsets.UTF_8)));
    }

    private static boolean isText(WebRequest request) {
        String output = given(request, OUTPUT).orElse("json");
        return switch (output) {
            case "json" -> false;
            case "text" -> true;
            default -> throw QuestionException.invalid("output is json or text, not '" + output + "'");
        };
    }

    private static WebResponse refusal(WebRequest request, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof QuestionException question) {
            return switch (question.reason()) {
                case INVALID -> status(400, "BadRequest", question.getMessage());
                case NOT_FOUND -> status(404, "NotFound", question.getMessage());
                case UNAVAILABLE -> status(503, "ServiceUnavailable", question.getMessage());
                case LATE -> status(504, "Timeout", question.getMessage());
            };
        }
        LOG.error("{} {} failed", request.method(), request.path(), cause);
        return status(500, "InternalError", "the question could not be answered; the log of the server says why");
    }

    /** {@code meta/v1.Status} of the Kubernetes API. */
    private static WebResponse status(int code, String reason, String message) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure")
                .put("message", message)
                .put("reason", reason)
                .put("code", code);
        return WebResponse.of(code, JSON, status.toString().getBytes(StandardCharsets.UTF_8));
    }
}
