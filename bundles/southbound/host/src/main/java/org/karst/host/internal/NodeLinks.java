package org.karst.host.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
import org.karst.pipeline.NodeLink;
import org.karst.pipeline.PodLink;

/**
 * Makes the links of one node true: those of its pods, many at a time, and its own. Used on the thread of the session, which is
 * inside the node's namespace and is not that of the core loop.
 */
final class NodeLinks implements AutoCloseable {
    private static final int WORKERS = 4;
    /** Group of the node's ends of pod links: says after a restart which links are ours. Its number is an arbitrary large one. */
    static final int OURS = 0x6b617273;
    /** Group of links that are about to be deleted. */
    private static final int DEPARTING = 0x6b617274;

    private final NamespaceSession node;
    private final boolean softwareChecksums;
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, task -> {
        Thread thread = new Thread(task, "pod links");
        thread.setDaemon(true);
        return thread;
    });

    NodeLinks(NamespaceSession node, boolean softwareChecksums) {
        this.node = node;
        this.softwareChecksums = softwareChecksums;
    }

    /**
     * Makes pod links so.
     *
     * @return what could not be made, by the name of the node's end
     */
    Map<String, HostException> settle(List<PodLink> wanted) throws HostException {
        Map<String, HostException> failures = new HashMap<>();
        Map<String, NetworkNamespace> pods = new HashMap<>();
        try {
            for (PodLink link : wanted) {
                try {
                    pods.put(link.name(), NetworkNamespace.open(Path.of(link.netns())));
                } catch (HostException refusal) {
                    failures.put(link.name(), refusal);
                }
            }
            Set<String> halves = attempt(wanted, pods, failures);
            if (!halves.isEmpty()) {
                // What is left of an earlier pod: its namespace is gone, or going.
                failures.putAll(remove(List.copyOf(halves)));
                List<PodLink> again = wanted.stream()
                        .filter(link -> halves.contains(link.name()) && !failures.containsKey(link.name()))
                        .toList();
                attempt(again, pods, failures)
                        .forEach(name -> failures.put(
                                name, new HostException("link " + name + " does not lead to its container")));
            }
            return failures;
        } finally {
            pods.values().forEach(NetworkNamespace::close);
        }
    }

    /** One round; returns the names of links whose other end is not where it should be. */
    private Set<String> attempt(
            List<PodLink> wanted, Map<String, NetworkNamespace> pods, Map<String, HostException> failures)
            throws HostException {
        Map<String, Link> present = present();
        Set<String> fresh = create(wanted, present, pods, failures);
        return inPods(wanted, present, fresh, pods, failures);
    }

    /** Creates the pairs that are missing, all in one batch, and prepares the node's ends. Returns the created ones. */
    private Set<String> create(
            List<PodLink> wanted,
            Map<String, Link> present,
            Map<String, NetworkNamespace> pods,
            Map<String, HostException> failures)
            throws HostException {
        RouteSocket routes = node.routes();
        Map<RouteRequest, String> creations = new LinkedHashMap<>();
        for (PodLink link : wanted) {
            if (!failures.containsKey(link.name()) && !present.containsKey(link.name())) {
                creations.put(
                        RouteRequest.create(new VethPair(
                                VethPair.End.named(link.name()).withMtu(link.mtu()),
                                VethPair.End.named(link.ifname())
                                        .in(pods.get(link.name()))
                                        .withMac(link.mac())
                                        .withMtu(link.mtu()))),
                        link.name());
            }
        }
        report(routes.tryAll(List.copyOf(creations.keySet())), creations, failures);
        Map<RouteRequest, String> rest = new LinkedHashMap<>();
        for (PodLink link : wanted) {
            if (!failures.containsKey(link.name())) {
                try {
                    nodeEnd(link, Optional.ofNullable(present.get(link.name())))
                            .forEach(request -> rest.put(request, link.name()));
                } catch (HostException refusal) {
                    failures.put(link.name(), refusal);
                }
            }
        }
        report(routes.tryAll(List.copyOf(rest.keySet())), rest, failures);
        Set<String> fresh = new HashSet<>(creations.values());
        fresh.removeAll(failures.keySet());
        return fresh;
    }

    private static void report(
            Map<RouteRequest, HostException> refused,
            Map<RouteRequest, String> names,
            Map<String, HostException> failures) {
        refused.forEach((request, refusal) -> failures.putIfAbsent(names.get(request), refusal));
    }

    /**
     * The userspace datapath reads the link by a raw socket, which takes nothing away from the kernel: it would answer ARP
     * beside the switch, and a container could talk to the node past every policy by the MAC address of the node's end.
     */
    private void closeToTheKernel(String name) throws HostException {
        node.sysctl("net/ipv4/conf/" + name + "/arp_ignore", "8");
        // A container's address is never routed by the node's end: strict reverse path filtering (RFC 3704) drops it.
        node.sysctl("net/ipv4/conf/" + name + "/rp_filter", "1");
    }

    /** The node's end is a port of the switch: no addresses, no IPv6 of its own, whole checksums. Returns what is left to batch. */
    private List<RouteRequest> nodeEnd(PodLink link, Optional<Link> present) throws HostException {
        String name = link.name();
        List<RouteRequest> requests = new ArrayList<>();
        if (present.isEmpty() || !present.get().up()) {
            closeToTheKernel(name);
            try {
                node.sysctl("net/ipv6/conf/" + name + "/disable_ipv6", "1");
            } catch (HostException refusal) {
                // A kernel without IPv6.
                if (!refusal.absent()) {
                    throw refusal;
                }
            }
            requests.add(RouteRequest.up(name));
        }
        if (present.isEmpty() || present.get().group() != OURS) {
            requests.add(RouteRequest.group(name, OURS));
        }
        if (softwareChecksums) {
            Interfaces.softwareChecksums(node, name);
        }
        if (present.isPresent() && present.get().mtu() != link.mtu()) {
            requests.add(RouteRequest.mtu(name, link.mtu()));
        }
        return requests;
    }

    private Set<String> inPods(
            List<PodLink> wanted,
            Map<String, Link> present,
            Set<String> fresh,
            Map<String, NetworkNamespace> pods,
            Map<String, HostException> failures) {
        Map<PodLink, Future<Boolean>> results = new LinkedHashMap<>();
        for (PodLink link : wanted) {
            if (!failures.containsKey(link.name())) {
                NetworkNamespace pod = pods.get(link.name());
                Optional<Link> nodeEnd =
                        Optional.ofNullable(present.get(link.name())).filter(found -> !fresh.contains(link.name()));
                results.put(
                        link,
                        workers.submit(
                                () -> pod.<Boolean, RuntimeException>call(inside -> inPod(inside, link, nodeEnd))));
            }
        }
        Set<String> halves = new HashSet<>();
        results.forEach((link, result) -> {
            try {
                if (!result.get()) {
                    halves.add(link.name());
                }
            } catch (ExecutionException failed) {
                failures.put(
                        link.name(),
                        failed.getCause() instanceof HostException
                                ? (HostException) failed.getCause()
                                : new HostException(String.valueOf(failed.getCause())));
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                failures.put(link.name(), new HostException("interrupted while making link " + link.name()));
            }
        });
        return halves;
    }

    /** Makes the container's end so; false when it is not the other end of the node's. */
    private boolean inPod(NamespaceSession inside, PodLink link, Optional<Link> nodeEnd) throws HostException {
        Optional<Link> found = inside.routes().link(link.ifname());
        if (found.isEmpty()
                || (nodeEnd.isPresent()
                        && !nodeEnd.get()
                                .peer()
                                .equals(OptionalInt.of(found.get().index())))) {
            return false;
        }
        Interfaces.settle(inside, found.get(), InterfaceSpec.of(link), nodeEnd.isEmpty(), softwareChecksums);
        return true;
    }

    /**
     * Deletes pod links by their node's ends; one that is gone is no failure. They are put into one group and deleted by it:
     * then the kernel waits for one grace period in all, not for one each (50 links: 20 times faster).
     */
    Map<String, HostException> remove(List<String> names) throws HostException {
        Map<String, HostException> failures = new HashMap<>();
        if (names.isEmpty()) {
            return failures;
        }
        Map<RouteRequest, String> requests = new LinkedHashMap<>();
        names.forEach(name -> requests.put(RouteRequest.group(name, DEPARTING), name));
        node.routes().tryAll(List.copyOf(requests.keySet())).forEach((request, refusal) -> {
            if (!refusal.absent()) {
                failures.put(requests.get(request), refusal);
            }
        });
        try {
            node.routes().execute(RouteRequest.deleteGroup(DEPARTING));
        } catch (HostException refusal) {
            if (!refusal.absent()) {
                names.forEach(name -> failures.put(name, refusal));
            }
        }
        return failures;
    }

    /** Makes a link of the node itself so; false when it does not exist yet. */
    boolean settle(NodeLink wanted) throws HostException {
        return Interfaces.settle(node, InterfaceSpec.of(wanted), false, false);
    }

    /** Takes what is ours off a link of the node; a link that is gone is fine. */
    void clear(NodeLink unwanted) throws HostException {
        Interfaces.settle(node, InterfaceSpec.of(unwanted).emptied(), false, false);
    }

    /** The links that are in the node's namespace now, by name. */
    Map<String, Link> present() throws HostException {
        Map<String, Link> present = new HashMap<>();
        node.routes().links().forEach(link -> present.put(link.name(), link));
        return present;
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
