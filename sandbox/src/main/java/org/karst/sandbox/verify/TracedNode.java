package org.karst.sandbox.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxNode;
import org.karst.unixctl.ControlSocket;
import org.karst.unixctl.PacketTrace;

/** A node's switch as tracing sees it: its ports now, and its control socket. */
final class TracedNode implements AutoCloseable {
    static final String BRIDGE = "br-int";
    private static final int ATTEMPTS = 40;
    private static final long PAUSE_MILLISECONDS = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SandboxNode node;
    private final ControlSocket control;
    private final Map<Integer, Port> byNumber = new HashMap<>();
    private final Map<String, Port> byName = new HashMap<>();
    private final Map<Integer, Port> byInterfaceIndex = new HashMap<>();

    /**
     * A port of the integration bridge.
     *
     * @param number {@code ofport}
     * @param type {@code internal}, {@code geneve}, …; empty for a device of the system
     */
    record Port(String name, int number, String type) {
        boolean isInternal() {
            return type.equals("internal");
        }

        boolean isTunnel() {
            return type.equals("geneve");
        }
    }

    TracedNode(SandboxNode node, OpenVSwitch openVSwitch) throws IOException, InterruptedException {
        this.node = node;
        this.control = new ControlSocket(node.directory().resolve(SandboxNode.CONTROL_SOCKET));
        List<String> ofBridge = openVSwitch.vsctl("list-ports", BRIDGE).lines().toList();
        JsonNode table = JSON.readTree(
                openVSwitch.vsctl("--format=json", "--columns=name,ofport,type,ifindex", "list", "Interface"));
        for (JsonNode row : table.path("data")) {
            if (row.path(1).isInt() && ofBridge.contains(row.path(0).asText())) {
                Port port = new Port(
                        row.path(0).asText(), row.path(1).asInt(), row.path(2).asText());
                byNumber.put(port.number(), port);
                byName.put(port.name(), port);
                if (row.path(3).isInt()) {
                    byInterfaceIndex.put(row.path(3).asInt(), port);
                }
            }
        }
    }

    SandboxNode node() {
        return node;
    }

    Optional<Port> port(int number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    Optional<Port> port(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The port that is the link of this index in the node's namespace. */
    Optional<Port> portOfLink(int index) {
        return Optional.ofNullable(byInterfaceIndex.get(index));
    }

    /** The port of the tunnels of a type. */
    Port tunnel(String type) throws SandboxException {
        List<Port> tunnels = new ArrayList<>(byNumber.values());
        tunnels.removeIf(port -> !port.type().equals(type));
        if (tunnels.size() != 1) {
            throw new SandboxException(
                    "node " + node.name() + " has " + tunnels.size() + " tunnel ports of type " + type);
        }
        return tunnels.get(0);
    }

    /** What the switch would do with a packet ({@code ofproto/trace}, ovs-vswitchd(8)). */
    PacketTrace trace(String flow) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            PacketTrace trace = PacketTrace.parse(control.call("ofproto/trace", BRIDGE, flow));
            if (!trace.unresolved() || attempt == ATTEMPTS) {
                return trace;
            }
            // The switch does not know yet where the tunnel leads: soon after the start of a node.
            Thread.sleep(PAUSE_MILLISECONDS);
        }
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}
