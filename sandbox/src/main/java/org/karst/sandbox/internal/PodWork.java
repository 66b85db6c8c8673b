package org.karst.sandbox.internal;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.karst.host.NetworkNamespace;
import org.karst.host.RouteRequest;
import org.karst.host.internal.NamedNamespaces;
import org.karst.sandbox.SandboxNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pod, from its first sight to its end; its steps never overlap. */
final class PodWork implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PodWork.class);
    private static final long FIRST_PAUSE_MILLISECONDS = 500;
    private static final long LONGEST_PAUSE_MILLISECONDS = 10_000;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int ATTEMPTS = 5;

    private final NodeAgent agent;
    private final SandboxNode node;
    private final String namespace;
    private final String name;
    private final String uid;

    /** The newest that is known of the pod, and whether its object still exists. */
    private Pod pod;

    private boolean present;
    /** Whether a run is queued or under way. */
    private boolean active;
    /** Whether something came while it was. */
    private boolean again;

    /** The rest belongs to the run. */
    private boolean started;

    private boolean running;
    private String complaint = "";
    private long pause = FIRST_PAUSE_MILLISECONDS;

    PodWork(NodeAgent agent, Pod pod, SandboxNode node) {
        this.agent = agent;
        this.pod = pod;
        this.node = node;
        this.namespace = pod.getMetadata().getNamespace();
        this.name = pod.getMetadata().getName();
        this.uid = pod.getMetadata().getUid();
    }

    synchronized void wish(Pod newest, boolean exists) {
        pod = newest;
        present = exists;
        if (active) {
            again = true;
        } else {
            active = true;
            agent.workers().execute(this);
        }
    }

    @Override
    public void run() {
        Pod newest;
        boolean exists;
        synchronized (this) {
            newest = pod;
            exists = present;
            again = false;
        }
        boolean well = proceed(newest, exists);
        synchronized (this) {
            if (!well) {
                CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS, agent.workers())
                        .execute(this);
                pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
            } else if (again) {
                agent.workers().execute(this);
            } else {
                active = false;
            }
        }
    }

    private boolean proceed(Pod newest, boolean exists) {
        boolean wanted = exists && newest.getMetadata().getDeletionTimestamp() == null;
        try {
            if (wanted && !running) {
                attach(newest);
            } else if (!wanted) {
                if (started) {
                    detach();
                }
                if (exists) {
                    // The object waits for its node to say that the pod has ended.
                    agent.client().resource(newest).withGracePeriod(0).delete();
                }
                agent.finished(uid, this);
            }
            pause = FIRST_PAUSE_MILLISECONDS;
            return true;
        } catch (IOException | KubernetesClientException failed) {
            LOG.warn("pod {}/{}: {}", namespace, name, failed.getMessage());
            if (wanted && !complaint.equals(failed.getMessage())) {
                complaint = String.valueOf(failed.getMessage());
                complain(newest);
            }
            return false;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private boolean inHostNetwork() {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    }

    private CniPlugin.Pod call(Pod newest) {
        return new CniPlugin.Pod(
                uid,
                NamedNamespaces.path(agent.places().name(namespace, name, uid)),
                namespace,
                name,
                PodWishes.addresses(newest));
    }

    private void attach(Pod newest) throws IOException, InterruptedException {
        if (started) {
            // A failed ADD may have left something behind, so DEL comes before the next one.
            detach();
        }
        started = true;
        List<String> addresses = new ArrayList<>();
        if (inHostNetwork()) {
            node.place().ipv4().ifPresent(addresses::add);
            node.place().ipv6().ifPresent(addresses::add);
            List<InetAddress> own = new ArrayList<>();
            for (String address : addresses) {
                own.add(InetAddress.getByName(address));
            }
            try (NetworkNamespace place = NetworkNamespace.named(node.place().namespace())) {
                agent.servers().open(uid, namespace + "/" + name, place, own, PodWishes.portsInHostNetwork(newest));
            }
        } else {
            try (NetworkNamespace place = agent.places().create(namespace, name, uid)) {
                place.run(inside -> inside.routes().execute(RouteRequest.up("lo")));
                addresses.addAll(agent.plugin(node).add(call(newest)));
                agent.servers().open(uid, namespace + "/" + name, place, List.of(), PodWishes.ports(newest));
            }
        }
        tellRunning(addresses);
        running = true;
    }

    private void detach() throws IOException, InterruptedException {
        running = false;
        agent.servers().close(uid);
        if (!inHostNetwork()) {
            agent.plugin(node).delete(call(pod));
            NetworkNamespace.delete(agent.places().name(namespace, name, uid));
        }
        started = false;
    }

    private void tellRunning(List<String> addresses) {
        for (int attempt = 1; ; attempt++) {
            Pod current =
                    agent.client().pods().inNamespace(namespace).withName(name).get();
            if (current == null || !uid.equals(current.getMetadata().getUid())) {
                return;
            }
            try {
                agent.client()
                        .resource(new PodBuilder(current)
                                .withStatus(PodStatuses.running(current, node, addresses))
                                .build())
                        .updateStatus();
                return;
            } catch (KubernetesClientException refused) {
                if (refused.getCode() == NOT_FOUND) {
                    return;
                }
                if (refused.getCode() != CONFLICT || attempt == ATTEMPTS) {
                    throw refused;
                }
            }
        }
    }

    private void complain(Pod newest) {
        try {
            agent.client()
                    .v1()
                    .events()
                    .inNamespace(namespace)
                    .resource(PodStatuses.complaint(newest, node, complaint))
                    .create();
        } catch (KubernetesClientException refused) {
            LOG.warn("event for pod {}/{}: {}", namespace, name, refused.getMessage());
        }
    }
}
