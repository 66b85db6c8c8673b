package org.karst.sandbox.chaos;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Policies that come and go all the time. Each is about pods of the workload, so that its connections are judged again; none changes what
 * those may do: they grant what nobody asks for, or nothing to who is isolated anyway.
 */
public final class PolicyChurn implements Trial.Deed {
    private static final int CONCURRENT = 8;
    /** How many others come before one goes. */
    private static final int LIFE = 20;

    private final int perSecond;
    private final Duration time;

    /**
     * A churn.
     *
     * @param perSecond how many policies are created, and how many deleted, in a second; 1 to 1,000
     * @param time for how long
     */
    public PolicyChurn(int perSecond, Duration time) {
        if (perSecond < 1 || perSecond > 1_000) {
            throw new IllegalArgumentException("policies come 1 to 1,000 times a second, not " + perSecond);
        }
        this.perSecond = perSecond;
        this.time = time;
    }

    @Override
    public void run(Ground ground) throws IOException, InterruptedException {
        KubernetesClient client = ground.cluster().client();
        int count = Math.toIntExact(perSecond * time.toMillis() / 1_000);
        long interval = Duration.ofSeconds(1).toNanos() / perSecond;
        List<CompletableFuture<Void>> lives = new ArrayList<>();
        ExecutorService requests = Executors.newFixedThreadPool(CONCURRENT);
        long begin = System.nanoTime();
        try {
            for (int i = 0; i < count + LIFE; i++) {
                long wait = begin + i * interval - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                }
                if (i < count) {
                    NetworkPolicy policy = policy(i);
                    lives.add(CompletableFuture.runAsync(
                            () -> client.resource(policy).create(), requests));
                }
                if (i >= LIFE) {
                    NetworkPolicy policy = policy(i - LIFE);
                    lives.set(
                            i - LIFE,
                            lives.get(i - LIFE)
                                    .thenRunAsync(() -> client.resource(policy).delete(), requests));
                }
            }
            CompletableFuture.allOf(lives.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException failed) {
            throw new IOException("a policy could not be made or taken away: " + failed.getCause(), failed);
        } finally {
            requests.shutdownNow();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        ground.note(
                String.format(Locale.ROOT, "%d policies came and went, %.0f of them a second", count, count / seconds));
    }

    private static NetworkPolicy policy(int number) {
        String spec =
                switch (number % 4) {
                    case 0 ->
                        "{podSelector: {matchLabels: {role: server}}, policyTypes: [Ingress], ingress: [{from:"
                                + " [{ipBlock: {cidr: 203.0.113.%d/32}}], ports: [{port: %d}]}]}";
                    case 1 ->
                        "{podSelector: {matchLabels: {role: client}}, policyTypes: [Egress], egress: [{to:"
                                + " [{ipBlock: {cidr: 203.0.113.%d/32}}], ports: [{port: %d}]}]}";
                    case 2 ->
                        "{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels:"
                                + " {role: \"r%d\"}}}], ports: [{protocol: UDP, port: %d}]}]}";
                    default -> "{podSelector: {matchLabels: {role: server}}, policyTypes: [Ingress]}";
                };
        return Serialization.unmarshal(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {namespace: " + Workload.NAMESPACE
                        + ", name: churn-" + number + "}\nspec: "
                        + String.format(Locale.ROOT, spec, number % 250, 1_000 + number % 10_000),
                NetworkPolicy.class);
    }
}
