package org.karst.host.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.karst.host.HostException;
import org.karst.host.HostSettings;
import org.karst.host.Link;
import org.karst.host.NetworkNamespace;
import org.karst.host.RouteSocket;
import org.karst.pipeline.PodLink;

/** Compares a pod's link with what it shall be, by the same comparison that makes it so. Blocks: not for the core loop. */
public final class LinkInspection {
    private final HostSettings settings;

    /** An inspection of nodes in these namespaces. */
    public LinkInspection(HostSettings settings) {
        this.settings = settings;
    }

    /** What is different, in words. */
    public List<String> inspect(PodLink wanted) {
        try (NetworkNamespace node = settings.open(wanted.node());
                NetworkNamespace pod = NetworkNamespace.open(Path.of(wanted.netns()))) {
            Optional<Link> nodeEnd = link(node, wanted.name());
            if (nodeEnd.isEmpty()) {
                return List.of(
                        link(pod, wanted.ifname()).isPresent()
                                ? "the container has an interface " + wanted.ifname() + " that somebody else made"
                                : "link " + wanted.name() + " of the node is gone");
            }
            List<String> differences = new ArrayList<>();
            if (!nodeEnd.get().up()) {
                differences.add("link " + wanted.name() + " of the node is down");
            }
            try (RouteSocket routes = RouteSocket.open(pod)) {
                Optional<Link> found = routes.link(wanted.ifname());
                if (found.isEmpty()) {
                    return List.of("interface " + wanted.ifname() + " of the container is gone");
                }
                if (!nodeEnd.get().peer().equals(OptionalInt.of(found.get().index()))) {
                    return List.of("interface " + wanted.ifname() + " of the container is not the one that was made");
                }
                Interfaces.differences(routes, found.get(), InterfaceSpec.of(wanted))
                        .forEach(request -> differences.add("the container lacks \"" + request + "\""));
            }
            return List.copyOf(differences);
        } catch (HostException e) {
            return List.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return List.of("the network namespaces cannot be entered: " + e.getMessage());
        }
    }

    private static Optional<Link> link(NetworkNamespace place, String name) throws IOException {
        try (RouteSocket routes = RouteSocket.open(place)) {
            return routes.link(name);
        }
    }
}
