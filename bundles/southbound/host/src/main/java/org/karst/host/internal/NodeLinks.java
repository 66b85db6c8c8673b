package org.karst.host.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.karst.host.HostException;
import org.karst.host.Link;
import org.karst.host.NamespaceSession;
import org.karst.host.NetworkNamespace;
import org.karst.host.RouteRequest;
import org.karst.host.RouteSocket;
import org.karst.host.VethPair;

/**
 * Makes the links of one node true: those of its pods, many at a time, and its own. Used by one thread at a time, which is
 * not that of the core loop.
 */
final class NodeLinks implements AutoCloseable {
    private static final int WORKERS = 4;
    /** Group of links that are about to be deleted; any other use of the number would be an accident. */
    private static final int DEPARTING = 0x6b617274;

    private final NetworkNamespace node;
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, task -> {
        Thread thread = new Thread(task, "pod links");
        thread.setDaemon(true);
        return thread;
    });

    NodeLinks(NetworkNamespace node) {
        this.node = node;
    }

    /**
     * Makes pod links so.
     *
     * @return what could not be made, by the host end's name
     */
    Map<String, HostException> settle(List<PodLinkSpec> wanted) throws IOException {
        Map<String, HostException> failures = new HashMap<>();
        Map<PodLinkSpec, NetworkNamespace> pods = new HashMap<>();
        try {
            for (PodLinkSpec spec : wanted) {
                try {
                    pods.put(spec, NetworkNamespace.open(spec.podNamespace()));
                } catch (HostException refusal) {
                    failures.put(spec.hostEnd(), refusal);
                }
            }
            node.run(inside -> {
                List<PodLinkSpec> fresh = create(inside, wanted, pods, failures);
                inPods(wanted, fresh, pods, failures);
            });
        } finally {
            pods.values().forEach(NetworkNamespace::close);
        }
        return failures;
    }

    /** Creates the pairs that are missing, all in one batch, and prepares the node's ends. Returns the created ones. */
    private static List<PodLinkSpec> create(
            NamespaceSession inside,
            List<PodLinkSpec> wanted,
            Map<PodLinkSpec, NetworkNamespace> pods,
            Map<String, HostException> failures)
            throws HostException {
        RouteSocket routes = inside.routes();
        Map<String, Link> present = new HashMap<>();
        routes.links().forEach(link -> present.put(link.name(), link));
        List<PodLinkSpec> fresh = new ArrayList<>();
        List<RouteRequest> requests = new ArrayList<>();
        for (PodLinkSpec spec : wanted) {
            if (failures.containsKey(spec.hostEnd()) || present.containsKey(spec.hostEnd())) {
                continue;
            }
            VethPair.End podEnd = VethPair.End.named(spec.inside().name())
                    .in(pods.get(spec))
                    .withMtu(spec.inside().mtu());
            fresh.add(spec);
            requests.add(RouteRequest.create(new VethPair(
                    VethPair.End.named(spec.hostEnd()).withMtu(spec.inside().mtu()),
                    spec.inside().mac().map(podEnd::withMac).orElse(podEnd))));
        }
        Map<RouteRequest, HostException> refused = routes.tryAll(requests);
        for (int i = 0; i < requests.size(); i++) {
            if (refused.containsKey(requests.get(i))) {
                failures.put(fresh.get(i).hostEnd(), refused.get(requests.get(i)));
            }
        }
        fresh.removeIf(spec -> failures.containsKey(spec.hostEnd()));
        Map<RouteRequest, String> ends = new LinkedHashMap<>();
        for (PodLinkSpec spec : wanted) {
            if (!failures.containsKey(spec.hostEnd())) {
                try {
                    hostEnd(inside, spec, Optional.ofNullable(present.get(spec.hostEnd())))
                            .forEach(request -> ends.put(request, spec.hostEnd()));
                } catch (HostException refusal) {
                    failures.put(spec.hostEnd(), refusal);
                }
            }
        }
        routes.tryAll(List.copyOf(ends.keySet()))
                .forEach((request, refusal) -> failures.put(ends.get(request), refusal));
        return fresh;
    }

    /** The node's end is a port of the switch: no addresses, no IPv6 of its own, whole checksums. Returns what is left to batch. */
    private static List<RouteRequest> hostEnd(NamespaceSession inside, PodLinkSpec spec, Optional<Link> present)
            throws HostException {
        String name = spec.hostEnd();
        List<RouteRequest> requests = new ArrayList<>();
        if (present.isEmpty() || !present.get().up()) {
            try {
                inside.sysctl("net/ipv6/conf/" + name + "/disable_ipv6", "1");
            } catch (HostException refusal) {
                if (!refusal.absent()) {
                    throw refusal;
                }
            }
            requests.add(RouteRequest.up(name));
        }
        if (inside.transmitChecksumOffload(name)) {
            inside.transmitChecksumOffload(name, false);
        }
        if (present.isPresent() && present.get().mtu() != spec.inside().mtu()) {
            requests.add(RouteRequest.mtu(name, spec.inside().mtu()));
        }
        return requests;
    }

    private void inPods(
            List<PodLinkSpec> wanted,
            List<PodLinkSpec> fresh,
            Map<PodLinkSpec, NetworkNamespace> pods,
            Map<String, HostException> failures) {
        Map<PodLinkSpec, Future<Boolean>> results = new HashMap<>();
        for (PodLinkSpec spec : wanted) {
            if (!failures.containsKey(spec.hostEnd())) {
                boolean isFresh = fresh.contains(spec);
                results.put(spec, workers.submit(() -> pods.get(spec)
                        .<Boolean, RuntimeException>call(inside -> Interfaces.settle(inside, spec.inside(), isFresh))));
            }
        }
        results.forEach((spec, result) -> {
            try {
                if (!result.get()) {
                    failures.put(
                            spec.hostEnd(),
                            new HostException("link " + spec.inside().name() + " is missing in " + spec.podNamespace()
                                    + " though its other end " + spec.hostEnd() + " exists"));
                }
            } catch (ExecutionException failed) {
                failures.put(
                        spec.hostEnd(),
                        failed.getCause() instanceof HostException
                                ? (HostException) failed.getCause()
                                : new HostException(String.valueOf(failed.getCause())));
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                failures.put(spec.hostEnd(), new HostException("interrupted"));
            }
        });
    }

    /**
     * Deletes pod links by their host ends; one that is gone is no failure. They are put into one group and deleted by it:
     * then the kernel waits for one grace period in all, not for one each (50 links: 20 times faster).
     */
    Map<String, HostException> remove(List<String> hostEnds) throws IOException {
        Map<String, HostException> failures = new HashMap<>();
        node.run(inside -> {
            Map<RouteRequest, String> requests = new LinkedHashMap<>();
            hostEnds.forEach(name -> requests.put(RouteRequest.group(name, DEPARTING), name));
            inside.routes().tryAll(List.copyOf(requests.keySet())).forEach((request, refusal) -> {
                if (!refusal.absent()) {
                    failures.put(requests.get(request), refusal);
                }
            });
            try {
                inside.routes().execute(RouteRequest.deleteGroup(DEPARTING));
            } catch (HostException refusal) {
                if (!refusal.absent()) {
                    hostEnds.forEach(name -> failures.put(name, refusal));
                }
            }
        });
        return failures;
    }

    /** Makes a link of the node itself so; false when it does not exist yet. */
    boolean settle(InterfaceSpec wanted) throws IOException {
        return node.<Boolean, RuntimeException>call(inside -> Interfaces.settle(inside, wanted, false));
    }

    @Override
    public void close() {
        workers.shutdownNow();
        node.close();
    }
}
