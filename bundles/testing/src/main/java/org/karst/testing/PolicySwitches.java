package org.karst.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.testing.PolicyWorld.End;
import org.karst.testing.PolicyWorld.Pod;

/** Real switches with the flows of a run, asked for random connections of a {@link PolicyWorld}. */
public final class PolicySwitches implements AutoCloseable {
    private static final int MANAGEMENT_PORT = 1;
    private static final int TUNNEL_PORT = 2;

    private final PolicyWorld world;
    private final SplittableRandom random;
    private final Documentation documentation;
    private final Map<String, Integer> portOfPod = new TreeMap<>();
    private final Map<String, RealSwitch> switches = new TreeMap<>();

    /** What the documentation says of one side of a connection. */
    public interface Documentation {
        /** Whether a pod may open it. */
        boolean egress(Pod from, End to, String protocol, int port);

        /** Whether it may be opened to a pod. */
        boolean ingress(End from, Pod to, String protocol, int port);
    }

    /** Starts a switch for each node. */
    public PolicySwitches(PolicyWorld world, SplittableRandom random, Documentation documentation)
            throws IOException, InterruptedException {
        this.world = world;
        this.random = random;
        this.documentation = documentation;
        Map<String, Integer> last = new TreeMap<>();
        world.pods()
                .forEach((key, pod) ->
                        portOfPod.put(key, last.merge(pod.node(), TUNNEL_PORT + 1, (port, one) -> port + 1)));
        for (String node : PolicyWorld.NODES) {
            switches.put(node, RealSwitch.start());
            switches.get(node).ports(List.of(1, 2, 3, 4, 5, 6, 7, 8));
        }
    }

    /** Gives each switch the flows of its node. */
    public void flows(Run run) throws IOException, InterruptedException {
        for (String node : PolicyWorld.NODES) {
            switches.get(node).flows(run.switchFlows(node));
        }
    }

    /**
     * Asks for connections from a pod, a node or outside to a pod, a node or outside.
     *
     * @return what the switches answer otherwise than the documentation
     */
    public List<String> ask(int questions) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < questions; i++) {
            int family = random.nextInt(2);
            String protocol = world.any(List.of("TCP", "UDP", "SCTP", "ICMP"));
            int port = random.nextInt(10) == 0 ? 1 + random.nextInt(65535) : world.port();
            Pod pod = world.any(world.pods().values());
            switch (random.nextInt(4)) {
                case 0 -> fromNodeOrOutside(pod, family, protocol, port, wrong);
                case 1 -> toNode(pod, family, protocol, port, wrong);
                default -> betweenPods(pod, world.any(world.pods().values()), family, protocol, port, wrong);
            }
        }
        return wrong;
    }

    private void expect(String node, String packet, int port, String what, List<String> wrong) {
        int out = switches.get(node).output(packet);
        if (out != port) {
            wrong.add(what + ": leaves by port " + out + ", not " + port);
        }
    }

    private void betweenPods(Pod from, Pod to, int family, String protocol, int port, List<String> wrong) {
        if (from.equals(to)) {
            return;
        }
        Ip source = from.addresses().get(family);
        Ip destination = to.addresses().get(family);
        boolean egress = documentation.egress(from, new End(destination, Optional.of(to)), protocol, port);
        boolean ingress = documentation.ingress(new End(source, Optional.of(from)), to, protocol, port);
        String what = from.key() + " to " + to.key() + " " + protocol + " " + port + " family " + family;
        String packet = packet(from, source, destination, protocol, port);
        if (from.node().equals(to.node())) {
            expect(from.node(), packet, egress && ingress ? portOfPod.get(to.key()) : 0, what, wrong);
            return;
        }
        expect(from.node(), packet, egress ? TUNNEL_PORT : 0, what + " egress", wrong);
        expect(
                to.node(),
                tunnelled(from.node(), source, destination, protocol, port),
                ingress ? portOfPod.get(to.key()) : 0,
                what + " ingress",
                wrong);
    }

    private void toNode(Pod from, int family, String protocol, int port, List<String> wrong) {
        String node = world.any(PolicyWorld.NODES);
        Ip destination = addressOf(node, family);
        boolean allowed = documentation.egress(from, new End(destination, Optional.empty()), protocol, port);
        int way = node.equals(from.node()) ? MANAGEMENT_PORT : TUNNEL_PORT;
        expect(
                from.node(),
                packet(from, from.addresses().get(family), destination, protocol, port),
                allowed ? way : 0,
                from.key() + " to node " + node + " " + destination + " " + protocol + " " + port,
                wrong);
    }

    private Ip addressOf(String node, int family) {
        return world.any(world.nodes().get(node).stream()
                .filter(ip -> ip.family().ordinal() == family)
                .toList());
    }

    private void fromNodeOrOutside(Pod to, int family, String protocol, int port, List<String> wrong) {
        Ip destination = to.addresses().get(family);
        Ip outside = Ip.parse(world.any(List.of(
                        List.of("192.0.2.70", "192.0.2.100", "198.51.100.1"),
                        List.of("2001:db8::1", "2001:db8::2", "2001:db8::3"))
                .get(family)));
        String node = world.any(PolicyWorld.NODES);
        boolean isNode = random.nextBoolean();
        Ip source = isNode ? addressOf(node, family) : outside;
        boolean own = isNode && node.equals(to.node());
        boolean allowed = own || documentation.ingress(new End(source, Optional.empty()), to, protocol, port);
        String packet = isNode && !own
                ? tunnelled(node, source, destination, protocol, port)
                : "in_port=" + MANAGEMENT_PORT + "," + fields(source, destination, protocol, port);
        expect(
                to.node(),
                packet,
                allowed ? portOfPod.get(to.key()) : 0,
                source + " to " + to.key() + " " + protocol + " " + port,
                wrong);
    }

    private String packet(Pod from, Ip source, Ip destination, String protocol, int port) {
        return "in_port=" + portOfPod.get(from.key()) + ",dl_src="
                + MacAddress.of(from.addresses().get(0)) + "," + fields(source, destination, protocol, port);
    }

    private String tunnelled(String node, Ip source, Ip destination, String protocol, int port) {
        return "in_port=" + TUNNEL_PORT + ",tun_src=" + world.nodes().get(node).get(0) + ","
                + fields(source, destination, protocol, port);
    }

    private static String fields(Ip source, Ip destination, String protocol, int port) {
        boolean v6 = source.family() == Family.IPV6;
        String name = protocol.toLowerCase(Locale.ROOT);
        return name + (v6 ? "6" : "") + (v6 ? ",ipv6_src=" : ",nw_src=") + source + (v6 ? ",ipv6_dst=" : ",nw_dst=")
                + destination
                + ",nw_ttl=64"
                + (protocol.equals("ICMP")
                        ? v6 ? ",icmpv6_type=128,icmpv6_code=0" : ",icmp_type=8,icmp_code=0"
                        : "," + name + "_src=30000," + name + "_dst=" + port);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (RealSwitch each : switches.values()) {
            each.close();
        }
    }
}
