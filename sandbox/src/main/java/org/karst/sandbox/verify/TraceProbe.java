package org.karst.sandbox.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.karst.host.NetworkNamespace;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.internal.Command;
import org.karst.unixctl.PacketTrace;

/**
 * Asks the flows: the first packet of a connection is followed by {@code ofproto/trace} through the switch of each node on its way. It
 * begins as the sender's kernel would send it (its route, its neighbour's address) and has arrived when it leaves by the port of
 * the receiver. What it learns of ports and neighbours holds for one step.
 */
final class TraceProbe implements Probe, AutoCloseable {
    private static final int MOST_HOPS = 4;
    private static final int SOURCE_PORT = 40_000;
    private static final int DISCARD = 9;
    private static final int ATTEMPTS = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, TracedNode> nodes = new TreeMap<>();
    private final Map<String, TracedNode> nodesByAddress = new HashMap<>();
    private final Map<Endpoint, JsonNode> routes = new HashMap<>();
    private final Map<Endpoint, Map<Ip, String>> neighbours = new HashMap<>();
    private final Map<Endpoint, Attached> attached = new HashMap<>();

    /** How an endpoint is connected: a port, and the MAC address of its interface. */
    private record Attached(TracedNode node, TracedNode.Port port, String mac) {}

    /** Where a packet is sent: by which device, to which neighbour, from which address. */
    private record NextHop(String device, String neighbour, Optional<String> source) {}

    TraceProbe(Sandbox sandbox) throws IOException, InterruptedException {
        for (SandboxNode node : sandbox.nodes()) {
            TracedNode traced = new TracedNode(node, sandbox.openVSwitch(node));
            nodes.put(node.name(), traced);
            node.place().ipv4().ifPresent(address -> nodesByAddress.put(address, traced));
            node.place().ipv6().ifPresent(address -> nodesByAddress.put(address, traced));
        }
    }

    @Override
    public boolean reaches(Endpoint from, Endpoint to, int port, PolicyCase.Protocol protocol)
            throws IOException, InterruptedException {
        NextHop hop = nextHop(from, to.address());
        TracedNode node = nodes.get(from.node().name());
        Optional<TracedNode.Port> in = from.inHostNetwork()
                ? node.port(hop.device())
                : Optional.of(attached(from).port());
        if (in.isEmpty()) {
            // From one node to another: the pod network has no part in it.
            return true;
        }
        String mac =
                from.inHostNetwork() ? mac(from, hop.device()) : attached(from).mac();
        String six = from.isIpv6() ? "6" : "";
        String source = from.inHostNetwork() ? hop.source().orElse(from.address()) : from.address();
        String packet = String.format(
                Locale.ROOT,
                "%1$s%2$s,dl_src=%3$s,dl_dst=%4$s,%5$s_src=%6$s,%7$s_dst=%8$s,nw_ttl=64,%1$s_src=%9$d,%1$s_dst=%10$d",
                protocol.name().toLowerCase(Locale.ROOT),
                six,
                mac,
                neighbour(from, hop, to.address()),
                six.isEmpty() ? "nw" : "ipv6",
                source,
                six.isEmpty() ? "nw" : "ipv6",
                to.address(),
                SOURCE_PORT,
                port);
        return follow(node, "in_port=" + in.get().number() + "," + packet, to, MOST_HOPS);
    }

    private boolean follow(TracedNode node, String flow, Endpoint to, int hops)
            throws IOException, InterruptedException {
        if (hops == 0) {
            throw new SandboxException("after " + MOST_HOPS + " nodes the packet is still on its way: " + flow);
        }
        for (PacketTrace.Output output : node.trace(flow).outputs()) {
            TracedNode.Port port = node.port(output.port())
                    .orElseThrow(
                            () -> new SandboxException("node " + node.node().name() + " has no port " + output.port()));
            if (port.isTunnel()) {
                TracedNode next = nodesByAddress.get(output.tunnel().destination());
                if (next == null) {
                    throw new SandboxException(
                            "a tunnel leads to " + output.tunnel().destination() + ", which is no node");
                }
                String outer = output.tunnel().destination().contains(":") ? "tun_ipv6" : "tun";
                if (follow(
                        next,
                        "in_port=" + next.tunnel(port.type()).number() + "," + outer + "_src="
                                + output.tunnel().source() + "," + outer + "_dst="
                                + output.tunnel().destination() + "," + output.packet(),
                        to,
                        hops - 1)) {
                    return true;
                }
            } else if (node.node().equals(to.node())
                    && (to.inHostNetwork()
                            ? port.isInternal()
                            : port.equals(attached(to).port()))) {
                return true;
            }
        }
        return false;
    }

    private synchronized Attached attached(Endpoint endpoint) throws IOException, InterruptedException {
        Attached known = attached.get(endpoint);
        if (known == null) {
            JsonNode link = inside(endpoint, "link", "show", "dev", "eth0").path(0);
            TracedNode node = nodes.get(endpoint.node().name());
            int peer = link.path("link_index").asInt();
            known = new Attached(
                    node,
                    node.portOfLink(peer)
                            .orElseThrow(() -> new SandboxException("the link of pod " + endpoint.name()
                                    + " is no port of " + TracedNode.BRIDGE + " on its node")),
                    link.path("address").asText());
            attached.put(endpoint, known);
        }
        return known;
    }

    private String mac(Endpoint endpoint, String device) throws IOException, InterruptedException {
        return inside(endpoint, "link", "show", "dev", device)
                .path(0)
                .path("address")
                .asText();
    }

    private synchronized NextHop nextHop(Endpoint from, String destination) throws IOException, InterruptedException {
        JsonNode table = routes.get(from);
        if (table == null) {
            table = inside(from, from.isIpv6() ? "-6" : "-4", "route", "show");
            routes.put(from, table);
        }
        Ip address = Ip.parse(destination);
        JsonNode best = StreamSupport.stream(table.spliterator(), false)
                .filter(route -> prefix(route, address).contains(address))
                .max(Comparator.comparingInt(route -> prefix(route, address).length()))
                .orElseThrow(() -> new SandboxException(from.name() + " has no route to " + destination));
        String gateway = best.path("gateway").asText("");
        String source = best.path("prefsrc").asText("");
        return new NextHop(
                best.path("dev").asText(),
                gateway.isEmpty() ? destination : gateway,
                source.isEmpty() ? source(from, best.path("dev").asText()) : Optional.of(source));
    }

    private static Cidr prefix(JsonNode route, Ip like) {
        String text = route.path("dst").asText();
        boolean six = like.toString().contains(":");
        if (text.equals("default")) {
            return Cidr.parse(six ? "::/0" : "0.0.0.0/0");
        }
        return Cidr.parse(text.contains("/") ? text : text + (six ? "/128" : "/32"));
    }

    /** The address that a kernel takes for a route that names none: the first global one of the device. */
    private Optional<String> source(Endpoint from, String device) throws IOException, InterruptedException {
        for (JsonNode link :
                inside(from, from.isIpv6() ? "-6" : "-4", "address", "show", "dev", device, "scope", "global")) {
            for (JsonNode address : link.path("addr_info")) {
                if (address.has("local")) {
                    return Optional.of(address.path("local").asText());
                }
            }
        }
        return Optional.empty();
    }

    private synchronized String neighbour(Endpoint from, NextHop hop, String destination)
            throws IOException, InterruptedException {
        Map<Ip, String> known = neighbours.computeIfAbsent(from, absent -> new HashMap<>());
        // A table may write an address in another form than the kernel.
        Ip neighbour = Ip.parse(hop.neighbour());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String mac = known.get(neighbour);
            if (mac != null) {
                return mac;
            }
            if (attempt > 0) {
                askForNeighbour(from, destination);
                Thread.sleep(10);
            }
            for (JsonNode entry : inside(from, "neigh", "show", "dev", hop.device())) {
                if (entry.has("lladdr")) {
                    known.put(
                            Ip.parse(entry.path("dst").asText()),
                            entry.path("lladdr").asText());
                }
            }
        }
        throw new SandboxException(from.name() + " does not find its neighbour " + hop.neighbour());
    }

    /** Makes the kernel resolve the neighbour: by a datagram that nobody waits for. */
    private static void askForNeighbour(Endpoint from, String destination) throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.named(from.place().namespace())) {
            namespace.run(inside -> {
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.send(new DatagramPacket(
                            new byte[1], 1, new InetSocketAddress(InetAddress.getByName(destination), DISCARD)));
                }
            });
        }
    }

    private static JsonNode inside(Endpoint endpoint, String... words) throws IOException, InterruptedException {
        try (NetworkNamespace namespace =
                NetworkNamespace.named(endpoint.place().namespace())) {
            String output = Command.of("ip", "-j").and(words).run(namespace);
            return JSON.readTree(output.isBlank() ? "[]" : output);
        }
    }

    @Override
    public void close() throws IOException {
        for (TracedNode node : List.copyOf(nodes.values())) {
            node.close();
        }
    }
}
