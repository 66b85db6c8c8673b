package org.karst.apiserver.internal.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.karst.apiserver.ReadinessCheck;
import org.karst.apiserver.WebHandler;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.storage.Store;

/**
 * Whether the process lives and is ready, in the words of Kubernetes (its documentation, "Kubernetes API health endpoints"):
 * {@code /livez} says ok while it answers at all; {@code /readyz} and the older {@code /healthz} ask every check, with
 * {@code ?verbose} list them all, and under {@code /readyz/NAME} ask one. Not ready is status 503, so that load balancers see
 * it. Reasons name nodes and features, so they are told only to who shows the token.
 */
public final class Health implements WebHandler {
    private static final long PATIENCE_SECONDS = 5;
    private static final String LIVE = "/livez";
    private static final Set<String> PREFIXES = Set.of("/healthz", LIVE, "/readyz");

    private final List<ReadinessCheck> checks = new CopyOnWriteArrayList<>();
    private final Set<String> required;

    /**
     * @param store the first check
     * @param required the names of checks without which nobody is ready: those who register later than the listener
     */
    public Health(Store store, Collection<String> required) {
        this.required = Set.copyOf(required);
        checks.add(new StorageCheck(store));
    }

    private record StorageCheck(Store store) implements ReadinessCheck {
        @Override
        public String name() {
            return "storage";
        }

        @Override
        public CompletionStage<List<String>> reasons() {
            String trouble = store.trouble();
            return CompletableFuture.completedFuture(trouble.isEmpty() ? List.of() : List.of(trouble));
        }
    }

    /** Asks this one too from now on. */
    public void add(ReadinessCheck check) {
        checks.add(check);
    }

    /** Asks it no more. */
    public void remove(ReadinessCheck check) {
        checks.remove(check);
    }

    @Override
    public Set<String> prefixes() {
        return PREFIXES;
    }

    @Override
    public boolean isPublic(String path) {
        return true;
    }

    @Override
    public CompletionStage<WebResponse> answer(WebRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return CompletableFuture.completedFuture(KubernetesApi.refusal(Rejection.methodNotAllowed()));
        }
        List<String> segments = List.of(request.path().substring(1).split("/", -1));
        String endpoint = segments.get(0);
        if (segments.size() > 2) {
            return CompletableFuture.completedFuture(notFound());
        }
        Optional<String> only = segments.stream().skip(1).findFirst();
        boolean verbose = request.query().containsKey("verbose");
        boolean known = request.caller().isKnown();
        if (request.path().equals(LIVE)) {
            return CompletableFuture.completedFuture(text(Map.of(), endpoint, verbose, known));
        }
        return ask(only)
                .thenApply(reasons ->
                        only.isPresent() && reasons.isEmpty() ? notFound() : text(reasons, endpoint, verbose, known));
    }

    /** The reasons by name of check; those of checks that share a name together. */
    private CompletionStage<Map<String, List<String>>> ask(Optional<String> only) {
        Map<String, List<String>> reasons = new TreeMap<>();
        required.stream()
                .filter(name -> only.isEmpty() || only.get().equals(name))
                .forEach(name -> {
                    if (checks.stream().noneMatch(check -> check.name().equals(name))) {
                        reasons.put(name, List.of("it has not started"));
                    }
                });
        CompletableFuture<Map<String, List<String>>> all = CompletableFuture.completedFuture(reasons);
        for (ReadinessCheck check : checks) {
            if (only.isEmpty() || only.get().equals(check.name())) {
                all = all.thenCombine(ask(check), (known, more) -> {
                    List<String> both = new ArrayList<>(known.getOrDefault(check.name(), List.of()));
                    both.addAll(more);
                    known.put(check.name(), both);
                    return known;
                });
            }
        }
        return all;
    }

    private static CompletionStage<List<String>> ask(ReadinessCheck check) {
        CompletableFuture<List<String>> answer;
        try {
            answer = check.reasons().toCompletableFuture().copy();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).exceptionally(Health::failed);
    }

    private static List<String> failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return List.of(
                cause instanceof TimeoutException
                        ? "no answer in " + PATIENCE_SECONDS + " s"
                        : "it cannot tell: " + cause.getMessage());
    }

    private static WebResponse text(
            Map<String, List<String>> reasons, String endpoint, boolean verbose, boolean known) {
        boolean ready = reasons.values().stream().allMatch(List::isEmpty);
        if (ready && !verbose) {
            return WebResponse.text(200, "ok");
        }
        StringBuilder text = new StringBuilder();
        reasons.forEach((name, sentences) -> {
            if (sentences.isEmpty()) {
                text.append("[+]").append(name).append(" ok\n");
            } else if (known) {
                sentences.forEach(sentence -> text.append("[-]")
                        .append(name)
                        .append(" failed: ")
                        .append(sentence)
                        .append('\n'));
            } else {
                text.append("[-]").append(name).append(" failed: reason withheld, ask with the token\n");
            }
        });
        text.append(endpoint).append(ready ? " check passed\n" : " check failed\n");
        return WebResponse.text(ready ? 200 : 503, text.toString());
    }

    private static WebResponse notFound() {
        return WebResponse.text(404, "404 page not found\n");
    }
}
