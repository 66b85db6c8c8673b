package org.karst.network.family;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.model.Node;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.Answer;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Meter;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * Every node's switch is the router of its pods: it takes one from the TTL of what is sent to the gateway's MAC address, and
 * finds the way by destination: a pod of the node, the node itself, another node. One flow for each remote node, none for
 * remote pods.
 */
public final class Routing {
    private static final int ERRORS_PER_SECOND = 100;

    private final Family family;
    private final TableRef ttl;
    private final TableRef routes;
    private final String expired;
    private final String suffix;

    /**
     * Routing of one family.
     *
     * @param ttl the stage's first table
     * @param routes the table of ways
     * @param expired the name of the answer to a packet whose TTL ran out
     */
    public Routing(Family family, TableRef ttl, TableRef routes, String expired) {
        this.family = family;
        this.ttl = ttl;
        this.routes = routes;
        this.expired = expired;
        suffix = "-" + family.name().toLowerCase(Locale.ROOT);
    }

    public List<Rule<?>> rules() {
        return List.of(
                new Rule<>("ttl" + suffix, Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::decrement),
                new Rule<>("routes-to-pods" + suffix, Scope.ZONE, Keys.of(World.ATTACHMENTS), this::pod),
                new Rule<>("routes-to-own-node" + suffix, Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::ownNode),
                new Rule<>("routes-to-nodes" + suffix, Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::remoteNode));
    }

    private List<Item> decrement(View view, String node) {
        List<Item> items = new ArrayList<>();
        items.add(FlowItem.on(node, Flow.in(ttl).when(Match.of(family)).then(new Action.Goto(routes.number()))));
        Optional<MacAddress> gateway = Topology.gatewayMac(view, node);
        if (gateway.isEmpty()) {
            return items;
        }
        int meter = ttl.number();
        Match routed = Match.of(family).and(Field.ETH_DST, gateway.get());
        items.add(new Meter(node, meter, ERRORS_PER_SECOND, ERRORS_PER_SECOND));
        items.add(FlowItem.on(
                node,
                Flow.in(ttl)
                        .priority(Priority.ONE)
                        .when(routed)
                        .then(new Action.DecrementTtl())
                        .set(Field.ETH_SRC, Bits.of(gateway.get()))
                        .then(new Action.Goto(routes.number()))));
        items.add(FlowItem.on(
                node,
                Flow.in(ttl)
                        .priority(Priority.EXCEPTION)
                        .when(routed.and(Field.NW_TTL, 1))
                        .then(Answer.ask(expired, meter))));
        items.add(FlowItem.on(node, Flow.in(ttl).priority(Priority.EXCEPTION).when(routed.and(Field.NW_TTL, 0))));
        return items;
    }

    private List<Item> pod(View view, AttachmentKey key) {
        return view.get(World.ATTACHMENTS, key)
                .flatMap(attachment -> attachment.ip(family).flatMap(address -> Topology.ofport(
                                view, key.node(), attachment.port())
                        .map(port -> local(address, attachment.mac(), port))))
                .map(flow -> List.<Item>of(FlowItem.on(key.node(), flow)))
                .orElse(List.of());
    }

    /** The management port's own address, and the node's addresses behind it. */
    private List<Item> ownNode(View view, String node) {
        List<Item> items = new ArrayList<>();
        items.add(FlowItem.on(node, Flow.in(routes).when(Match.of(family))));
        Optional<Integer> port = Topology.ofport(view, node, Topology.MANAGEMENT_PORT);
        Optional<MacAddress> mac = Topology.managementMac(view, node);
        if (port.isEmpty() || mac.isEmpty()) {
            return items;
        }
        for (Ip address : nodeAddresses(view, node)) {
            items.add(FlowItem.on(node, local(address, mac.get(), port.get())));
        }
        return items;
    }

    private List<Ip> nodeAddresses(View view, String node) {
        List<Ip> addresses = new ArrayList<>();
        Topology.subnet(view, node, family)
                .ifPresent(subnet -> addresses.add(Topology.management(subnet).address()));
        Topology.node(view, node).map(Node::addresses).orElse(List.of()).stream()
                .filter(address -> address.family() == family)
                .forEach(addresses::add);
        return addresses;
    }

    /** The way from every other node to this one: its subnet and its addresses. */
    private List<Item> remoteNode(View view, String remote) {
        if (Topology.tunnelAddress(view, remote).isEmpty()) {
            return List.of();
        }
        List<Cidr> destinations = new ArrayList<>();
        Topology.subnet(view, remote, family).ifPresent(destinations::add);
        Topology.node(view, remote).map(Node::addresses).orElse(List.of()).stream()
                .filter(address -> address.family() == family)
                .map(Ip::single)
                .forEach(destinations::add);
        long number = Topology.number(view, remote);
        List<Item> items = new ArrayList<>();
        for (Cidr destination : destinations) {
            Flow flow = way(destination).set(Abi.REMOTE_NODE, number).then(Slot.ROUTING.next());
            for (String node : view.get(Topology.NODE_NAMES, Unit.UNIT)) {
                if (!node.equals(remote)) {
                    items.add(FlowItem.on(node, flow));
                }
            }
        }
        return items;
    }

    private Flow local(Ip address, MacAddress mac, int port) {
        return way(address.single())
                .set(Field.ETH_DST, Bits.of(mac))
                .set(Abi.OUTPUT_PORT, (long) port)
                .then(Slot.ROUTING.next());
    }

    private Flow way(Cidr destination) {
        return Flow.in(routes)
                .priority(Priority.route(destination.length()))
                .when(Match.of(family).destination(destination));
    }
}
