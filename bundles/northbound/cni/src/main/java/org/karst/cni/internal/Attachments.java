package org.karst.cni.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.karst.cni.internal.CniCall.AttachmentName;
import org.karst.cni.internal.CniException.Code;
import org.karst.incremental.Table;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Interface;
import org.karst.pipeline.NodeAddress;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * What CNI writes: attachments and the addresses that they hold. All methods run in one message on the writer's thread, where
 * rows that earlier messages of the same step wrote are seen, so that fifty ADDs in one step get fifty addresses.
 */
final class Attachments {
    /**
     * Who holds an address since this process gave it. An index would not show what the same step wrote; those that were read
     * back from the switch are found by the index, because they came in a step before.
     */
    static final Table<NodeAddress, AttachmentKey> HOLDERS = Table.named("address-holders");

    /** What is left of a node's subnets, by node and first address, once an address was chosen by this process. */
    private static final Table<NodeAddress, AddressPool> POOLS = Table.named("address-pools");

    private Attachments() {}

    /**
     * Writes a new attachment.
     *
     * @throws CniException if it exists, or if there is no address for it
     */
    static Attachment create(Facts facts, String node, CniCall call) {
        AttachmentKey key = key(node, call);
        requireKnown(facts, node);
        if (facts.row(World.ATTACHMENTS, key).isPresent()) {
            throw new CniException(
                    Code.EXISTS, "Interface " + key.ifname() + " of " + call.subject() + " is already attached.");
        }
        List<Cidr> subnets = subnets(facts, node);
        List<Ip> requested = requestedIps(facts, call, node, subnets);
        List<InterfaceAddress> addresses = new ArrayList<>();
        List<Ip> gateways = new ArrayList<>();
        SortedMap<NodeAddress, AddressPool> pools = new TreeMap<>();
        for (Cidr subnet : subnets) {
            Optional<Ip> wanted = requested.stream().filter(subnet::contains).findFirst();
            Ip address;
            if (wanted.isPresent()) {
                address = wanted.get();
            } else {
                AddressPool.Choice choice = choose(facts, node, subnet, call);
                address = choice.address();
                pools.put(pool(node, subnet), choice.rest());
            }
            addresses.add(new InterfaceAddress(address, subnet.length()));
            gateways.add(Topology.gateway(subnet));
        }
        Attachment attachment = new Attachment(
                pod(call),
                portName(key),
                call.netns().orElseThrow(),
                mac(facts, node, call, addresses.get(0).address()),
                facts.settled(view -> view.get(Topology.POD_MTU, node)),
                addresses,
                gateways,
                call.device());
        facts.put(World.ATTACHMENTS, key, attachment);
        pools.forEach((pool, rest) -> facts.put(POOLS, pool, rest));
        attachment.ips().forEach(ip -> {
            facts.put(HOLDERS, new NodeAddress(node, ip), key);
            facts.remove(World.FREED_ADDRESSES, new NodeAddress(node, ip));
        });
        return attachment;
    }

    private static AddressPool.Choice choose(Facts facts, String node, Cidr subnet, CniCall call) {
        return facts.row(POOLS, pool(node, subnet))
                .orElseGet(() -> AddressPool.of(subnet, freed(facts, node, subnet)))
                .choose(subnet, it -> holder(facts, new NodeAddress(node, it)).isPresent(), it -> facts.row(
                                World.FREED_ADDRESSES, new NodeAddress(node, it))
                        .isPresent())
                .orElseThrow(() -> new CniException(
                        Code.NO_ADDRESS,
                        "Subnet " + subnet + " of node " + node + " is full: there is no address for " + call.subject()
                                + "."));
    }

    private static NodeAddress pool(String node, Cidr subnet) {
        return new NodeAddress(node, subnet.network());
    }

    private static SortedMap<Ip, Instant> freed(Facts facts, String node, Cidr subnet) {
        SortedMap<Ip, Instant> freed = new TreeMap<>();
        facts.rows(World.FREED_ADDRESSES).forEach((key, time) -> {
            if (key.node().equals(node) && subnet.contains(key.address())) {
                freed.put(key.address(), time);
            }
        });
        return freed;
    }

    /** Removes an attachment, if there is one, and remembers when its addresses became free. */
    static Optional<Attachment> remove(Facts facts, AttachmentKey key, Clock clock) {
        Optional<Attachment> found = facts.row(World.ATTACHMENTS, key);
        found.ifPresent(attachment -> {
            facts.remove(World.ATTACHMENTS, key);
            Instant now = clock.instant();
            for (InterfaceAddress given : attachment.addresses()) {
                Ip ip = given.address();
                NodeAddress address = new NodeAddress(key.node(), ip);
                facts.remove(HOLDERS, address);
                NodeAddress pool = pool(key.node(), given.subnet());
                facts.row(POOLS, pool).ifPresent(rest -> facts.put(POOLS, pool, rest.with(ip)));
                switch (ip.family()) {
                    case IPV4 -> facts.put(World.FREED_ADDRESSES, address, now);
                    case IPV6 -> facts.put(World.FREED_ADDRESSES, address, now, now.plus(World.FREED_IPV6_KEPT));
                }
            }
        });
        return found;
    }

    /** The attachments of a node, without those that this step made. */
    static SortedMap<AttachmentKey, Attachment> of(Facts facts, String node) {
        SortedSet<AttachmentKey> keys = facts.settled(view -> view.find(World.ATTACHMENTS_BY_NODE, node));
        SortedMap<AttachmentKey, Attachment> attachments = new TreeMap<>();
        keys.forEach(key -> facts.row(World.ATTACHMENTS, key).ifPresent(row -> attachments.put(key, row)));
        return attachments;
    }

    /**
     * Before the node's database was read nobody knows which addresses are held.
     *
     * @throws CniException try again later
     */
    static void requireKnown(Facts facts, String node) {
        if (facts.settled(view -> bridge(view, node)).isEmpty()) {
            throw new CniException(
                    Code.TRY_AGAIN_LATER,
                    "The switch of node " + node + " has not been read yet: which addresses are in use is not known.");
        }
    }

    /** The row of the integration bridge's own port: there as soon as the node's database was read and has the bridge. */
    static Optional<Interface> bridge(View view, String node) {
        return view.get(World.INTERFACES, new PortKey(node, World.INTEGRATION_BRIDGE));
    }

    static AttachmentKey key(String node, CniCall call) {
        AttachmentName name = call.attachment().orElseThrow();
        return new AttachmentKey(node, name.containerId(), name.ifname());
    }

    private static List<Cidr> subnets(Facts facts, String node) {
        Optional<Node> row = facts.settled(view -> Topology.node(view, node));
        List<Cidr> own = facts.settled(view -> view.get(Topology.SUBNETS, node));
        if (!own.isEmpty()) {
            return own;
        }
        throw new CniException(
                Code.TRY_AGAIN_LATER,
                row.map(it -> it.podCidrs().isEmpty()
                                ? "Node " + node
                                        + " has no subnet yet (Node.spec.podCIDRs is empty, and no Allocation names"
                                        + " the node)."
                                : "The subnet of node " + node + " " + it.podCidrs() + " belongs to node "
                                        + olderHolder(facts, it) + ", which is older.")
                        .orElse("There is no Node object named " + node + "."));
    }

    private static String olderHolder(Facts facts, Node node) {
        return node.podCidrs().stream()
                .flatMap(subnet ->
                        facts.<Optional<String>>settled(view -> Topology.holderBefore(view, node, subnet)).stream())
                .findFirst()
                .orElse("?");
    }

    private static List<Ip> requestedIps(Facts facts, CniCall call, String node, List<Cidr> subnets) {
        List<Ip> ips = new ArrayList<>();
        Set<Family> families = new TreeSet<>();
        for (String text : call.requestedIps()) {
            int slash = text.indexOf('/');
            Ip ip = Ip.find(slash < 0 ? text : text.substring(0, slash))
                    .orElseThrow(() -> new CniException(
                            Code.INVALID_CONFIGURATION,
                            "Field \"runtimeConfig.ips\" of the network configuration holds \"" + text
                                    + "\", which is no address."));
            requireFree(facts, node, ip, call);
            if (subnets.stream().noneMatch(subnet -> AddressPool.isGiven(subnet, ip))) {
                throw new CniException(
                        Code.NO_ADDRESS,
                        "The requested address " + ip + " is not one that node " + node + " gives to pods.",
                        "Its subnets are " + subnets + "; the first four and the last address of each are not given.");
            }
            if (!families.add(ip.family())) {
                throw new CniException(
                        Code.INVALID_CONFIGURATION,
                        "Field \"runtimeConfig.ips\" of the network configuration asks for two addresses of one"
                                + " family.");
            }
            ips.add(ip);
        }
        return ips;
    }

    private static void requireFree(Facts facts, String node, Ip ip, CniCall call) {
        holder(facts, new NodeAddress(node, ip)).ifPresent(key -> {
            String pod = facts.row(World.ATTACHMENTS, key)
                    .map(attachment -> "pod " + attachment.pod())
                    .orElse("container " + key.containerId());
            throw new CniException(
                    Code.NO_ADDRESS,
                    "The requested address " + ip + " cannot be given to " + call.subject() + ": " + pod + " holds it.",
                    "container " + key.containerId() + ", interface " + key.ifname());
        });
    }

    private static Optional<AttachmentKey> holder(Facts facts, NodeAddress address) {
        return facts.row(HOLDERS, address)
                .or(() -> facts
                        .<SortedSet<AttachmentKey>>settled(
                                view -> view.find(World.ATTACHMENTS_BY_ADDRESS, address.address()))
                        .stream()
                        .filter(key -> key.node().equals(address.node()))
                        .filter(key -> facts.row(World.ATTACHMENTS, key).isPresent())
                        .findFirst());
    }

    private static MacAddress mac(Facts facts, String node, CniCall call, Ip first) {
        if (call.requestedMac().isEmpty()) {
            return MacAddress.of(first);
        }
        String text = call.requestedMac().get();
        MacAddress mac = MacAddress.find(text)
                .filter(it -> it.bits() != 0 && (it.bits() >>> 40 & 1) == 0)
                .orElseThrow(() -> new CniException(
                        Code.INVALID_CONFIGURATION,
                        "Field \"runtimeConfig.mac\" of the network configuration holds \"" + text
                                + "\", which is no unicast MAC address."));
        of(facts, node).values().stream()
                .filter(other -> other.mac().equals(mac))
                .findFirst()
                .ifPresent(other -> {
                    throw new CniException(
                            Code.NO_ADDRESS,
                            "The requested MAC address " + mac + " cannot be given to " + call.subject() + ": pod "
                                    + other.pod() + " holds it.");
                });
        return mac;
    }

    /** A container that belongs to no pod of Kubernetes is known by its own name. */
    private static PodKey pod(CniCall call) {
        return new PodKey(
                call.argument("K8S_POD_NAMESPACE").orElse(""),
                call.argument("K8S_POD_NAME")
                        .orElse(call.attachment().orElseThrow().containerId()));
    }

    /** The same in each process, and within the 15 characters of an interface's name. */
    static String portName(AttachmentKey key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((key.containerId() + "/" + key.ifname()).getBytes(StandardCharsets.UTF_8));
            return "veth" + HexFormat.of().formatHex(hash).substring(0, 11);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What ADD answers; the same from a view as when it was created. */
    static Answers.Result result(AttachmentKey key, Attachment attachment) {
        List<Answers.Address> addresses = new ArrayList<>();
        List<Answers.Route> routes = new ArrayList<>();
        for (int i = 0; i < attachment.addresses().size(); i++) {
            InterfaceAddress address = attachment.addresses().get(i);
            Ip gateway = attachment.gateways().get(i);
            boolean ipv6 = address.address().family() == Family.IPV6;
            addresses.add(new Answers.Address(address.toString(), ipv6, gateway.toString()));
            routes.add(new Answers.Route(ipv6 ? "::/0" : "0.0.0.0/0", gateway.toString()));
        }
        return new Answers.Result(
                List.of(
                        new Answers.Interface(attachment.port(), Optional.empty(), attachment.mtu(), Optional.empty()),
                        new Answers.Interface(
                                key.ifname(),
                                Optional.of(attachment.mac().toString()),
                                attachment.mtu(),
                                Optional.of(attachment.netns()))),
                addresses,
                routes);
    }

    /** Whether each subnet of the node has an address left: what STATUS is asked for. */
    static boolean hasRoom(View view, String node) {
        Predicate<Ip> held = ip -> view.find(World.ATTACHMENTS_BY_ADDRESS, ip).stream()
                .anyMatch(key -> key.node().equals(node));
        return view.get(Topology.SUBNETS, node).stream()
                .allMatch(subnet ->
                        AddressPool.FRESH.choose(subnet, held, ip -> false).isPresent());
    }
}
