package org.karst.connectivity;

import java.util.ArrayList;
import java.util.List;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.network.family.Priority;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Origin;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** ARP (RFC 826): only true senders are heard, the switch answers, nothing is flooded. */
final class Arp {
    private static final TableRef GUARD = new TableRef(Slot.SPOOF_GUARD, 2, "ARP_GUARD");
    private static final TableRef RESPONDER = new TableRef(Slot.RESPONDERS, 1, "ARP_RESPONDER");
    private static final int REQUEST = 1;
    private static final int REPLY = 2;

    private Arp() {}

    static Stage guard() {
        return Stage.of(
                "arp-guard",
                Slot.SPOOF_GUARD,
                Match.arp(),
                List.of(GUARD),
                List.of(
                        new Rule<>("arp-guard-pods", Scope.ZONE, Keys.of(World.ATTACHMENTS), Arp::guardPod),
                        new Rule<>("arp-guard-node", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Arp::guardNode)));
    }

    static Stage responder() {
        return Stage.of(
                "arp-responder",
                Slot.RESPONDERS,
                Match.arp(),
                List.of(RESPONDER),
                List.of(
                        new Rule<>("arp-pods", Scope.ZONE, Keys.of(World.ATTACHMENTS), Arp::pod),
                        new Rule<>("arp-node", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Arp::node)));
    }

    private static List<Item> guardPod(View view, AttachmentKey key) {
        return view.get(World.ATTACHMENTS, key)
                .flatMap(attachment -> attachment.ip(Family.IPV4).flatMap(address -> Topology.ofport(
                                view, key.node(), attachment.port())
                        .map(port -> Flow.in(GUARD)
                                .priority(Priority.ONE)
                                .when(Match.arp()
                                        .and(Field.IN_PORT, port)
                                        .and(Field.ETH_SRC, attachment.mac())
                                        .and(Field.ARP_SHA, attachment.mac())
                                        .and(Field.ARP_SPA, address))
                                .then(Slot.SPOOF_GUARD.next()))))
                .map(flow -> List.<Item>of(FlowItem.on(key.node(), flow)))
                .orElse(List.of());
    }

    private static List<Item> guardNode(View view, String node) {
        return List.of(
                FlowItem.on(node, Flow.in(GUARD).when(Match.arp())),
                FlowItem.on(
                        node,
                        Flow.in(GUARD)
                                .priority(Priority.CLASS)
                                .when(Match.arp().and(Abi.ORIGIN, Origin.NODE))
                                .then(Slot.SPOOF_GUARD.next())));
    }

    private static List<Item> pod(View view, AttachmentKey key) {
        List<Item> items = new ArrayList<>();
        view.get(World.ATTACHMENTS, key)
                .ifPresent(attachment -> attachment.ip(Family.IPV4).ifPresent(address -> {
                    items.add(FlowItem.on(key.node(), answer(address, attachment.mac())));
                    items.add(FlowItem.on(key.node(), probe(address)));
                }));
        return items;
    }

    private static List<Item> node(View view, String node) {
        List<Item> items = new ArrayList<>();
        items.add(FlowItem.on(node, Flow.in(RESPONDER).when(Match.arp())));
        Topology.subnet(view, node, Family.IPV4).ifPresent(subnet -> {
            Ip management = Topology.management(subnet).address();
            Topology.gatewayMac(view, node)
                    .ifPresent(mac -> items.add(FlowItem.on(node, answer(Topology.gateway(subnet), mac))));
            Topology.managementMac(view, node).ifPresent(mac -> {
                items.add(FlowItem.on(node, answer(management, mac)));
                items.add(FlowItem.on(node, probe(management)));
            });
        });
        return items;
    }

    private static Match requestFor(Ip address) {
        return Match.arp().and(Field.ARP_OP, REQUEST).and(Field.ARP_TPA, address);
    }

    /** Somebody announces its own address (RFC 5227 section 2.3): an answer would look like a conflict. */
    private static Flow probe(Ip address) {
        return Flow.in(RESPONDER)
                .priority(Priority.EXCEPTION)
                .when(requestFor(address).and(Field.ARP_SPA, address));
    }

    private static Flow answer(Ip address, MacAddress mac) {
        return Flow.in(RESPONDER)
                .priority(Priority.ONE)
                .when(requestFor(address))
                .then(new Action.Move(Field.ETH_SRC.whole(), Field.ETH_DST.whole()))
                .set(Field.ETH_SRC, Bits.of(mac))
                .set(Field.ARP_OP, Bits.of(REPLY))
                .then(
                        new Action.Move(Field.ARP_SHA.whole(), Field.ARP_THA.whole()),
                        new Action.Move(Field.ARP_SPA.whole(), Field.ARP_TPA.whole()))
                .set(Field.ARP_SHA, Bits.of(mac))
                .set(Field.ARP_SPA, Bits.of(address))
                .then(Action.Output.IN_PORT);
    }
}
