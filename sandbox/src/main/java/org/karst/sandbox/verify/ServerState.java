package org.karst.sandbox.verify;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.karst.sandbox.SandboxException;

/**
 * Waits until the server has seen and applied what was changed: the position of each kind's watch (in {@code /karst/v1/status}) has
 * reached the resourceVersion of the last change, and every switch and node has acknowledged what followed from it.
 */
final class ServerState {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int GONE = 404;

    private final KubernetesClient client;
    /** By kind, as in {@code pods.v1}: the resourceVersion that has to be seen. */
    private final SortedMap<String, Long> wanted = new TreeMap<>();

    ServerState(KubernetesClient client) {
        this.client = client;
    }

    /** An object of this kind was written. */
    void wrote(String kind, HasMetadata answer) {
        wanted.merge(kind, Long.valueOf(answer.getMetadata().getResourceVersion()), Math::max);
    }

    /** Deletes an object and returns when it is gone; only its watch tells at which resourceVersion that was. */
    <T extends HasMetadata> void delete(String kind, Resource<T> resource) throws IOException, InterruptedException {
        CompletableFuture<T> end = new CompletableFuture<>();
        Watcher<T> watcher = new Watcher<>() {
            @Override
            public void eventReceived(Action action, T object) {
                if (action == Action.DELETED) {
                    end.complete(object);
                }
            }

            @Override
            public void onClose(WatcherException failure) {
                end.completeExceptionally(failure);
            }
        };
        T present = resource.get();
        if (present == null) {
            return;
        }
        // From what was just read, so that the end is seen even if the watch begins after it.
        ListOptions fromHere = new ListOptionsBuilder()
                .withResourceVersion(present.getMetadata().getResourceVersion())
                .build();
        try (Watch watch = resource.watch(fromHere, watcher)) {
            resource.delete();
            wrote(kind, end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != GONE) {
                throw new SandboxException("cannot delete an object of " + kind + ": " + refused.getMessage());
            }
        } catch (ExecutionException | TimeoutException failed) {
            throw new SandboxException("an object of " + kind + " does not go away: " + failed, failed);
        }
    }

    /** Returns when everything that was written is in force. */
    void awaitApplied() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (String missing = missing(status()); !missing.isEmpty(); missing = missing(status())) {
            if (System.nanoTime() > deadline) {
                throw new SandboxException(
                        "after " + PATIENCE.toSeconds() + " s the server has not applied everything: " + missing);
            }
            Thread.sleep(5);
        }
        wanted.clear();
    }

    private Map<?, ?> status() throws IOException {
        try {
            return Serialization.unmarshal(client.raw("/karst/v1/status"), Map.class);
        } catch (KubernetesClientException refused) {
            throw new SandboxException("the server does not tell its status: " + refused.getMessage(), refused);
        }
    }

    private String missing(Map<?, ?> status) {
        Map<?, ?> positions = status.get("positions") instanceof Map<?, ?> map ? map : Map.of();
        for (Map.Entry<String, Long> kind : wanted.entrySet()) {
            String watch = "watch/" + kind.getKey();
            List<? extends Map.Entry<?, ?>> watches = positions.entrySet().stream()
                    .filter(position -> position.getKey().equals(watch)
                            || String.valueOf(position.getKey()).startsWith(watch + "#"))
                    .toList();
            if (watches.isEmpty()) {
                return "it does not watch " + kind.getKey() + "; is the feature that does so installed?";
            }
            for (Map.Entry<?, ?> position : watches) {
                if (Long.parseLong(String.valueOf(position.getValue())) < kind.getValue()) {
                    return position.getKey() + " is at resourceVersion " + position.getValue() + ", the last change at "
                            + kind.getValue();
                }
            }
        }
        for (Object target : (List<?>) status.get("targets")) {
            Map<?, ?> place = (Map<?, ?>) target;
            if (number(place, "acknowledged") < number(place, "changed")) {
                return place.get("driver") + " of " + place.get("place") + " is behind";
            }
        }
        return "";
    }

    private static long number(Map<?, ?> map, String key) {
        return ((Number) map.get(key)).longValue();
    }
}
