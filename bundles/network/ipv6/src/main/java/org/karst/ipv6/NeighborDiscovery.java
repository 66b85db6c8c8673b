package org.karst.ipv6;

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
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * Neighbour discovery (RFC 4861), answered in the switch and never flooded: solicitations become advertisements in place,
 * router solicitations go to the controller's answer, everything else of it ends here, so a pod cannot tell lies to another.
 */
final class NeighborDiscovery {
    static final TableRef SOLICITATION = new TableRef(Slot.RESPONDERS, 2, "ND_SOLICITATION");
    static final TableRef ADVERTISEMENT = new TableRef(Slot.RESPONDERS, 3, "ND_ADVERTISEMENT");

    static final int ROUTER_SOLICITATION = 133;
    private static final int NEIGHBOR_SOLICITATION = 135;
    private static final int NEIGHBOR_ADVERTISEMENT = 136;
    private static final int REDIRECT = 137;
    private static final int ROUTER_ADVERTISEMENT = 134;
    /** RFC 4861 section 4.4: solicited, override. */
    private static final long FLAGS = 0x6000_0000L;
    /** The router flag beside them. */
    private static final long ROUTER_FLAG = 0x8000_0000L;

    private static final int TARGET_LINK_LAYER_ADDRESS = 2;
    private static final int ROUTER_ANSWERS_PER_SECOND = 50;

    private NeighborDiscovery() {}

    static Stage stage() {
        return Stage.of(
                        "nd-responder",
                        Slot.RESPONDERS,
                        Match.ipv6(),
                        List.of(SOLICITATION, ADVERTISEMENT),
                        List.of(
                                new Rule<>("nd-pods", Scope.ZONE, Keys.of(World.ATTACHMENTS), NeighborDiscovery::pod),
                                new Rule<>(
                                        "nd-node", Scope.ZONE, Keys.of(Topology.NODE_NAMES), NeighborDiscovery::node)))
                .answering(RouterAdvertisement.ANSWER);
    }

    private static List<Item> pod(View view, AttachmentKey key) {
        return view.get(World.ATTACHMENTS, key)
                .flatMap(attachment ->
                        attachment.ip(Family.IPV6).map(address -> advertise(address, attachment.mac(), FLAGS)))
                .map(flow -> List.<Item>of(FlowItem.on(key.node(), flow)))
                .orElse(List.of());
    }

    private static List<Item> node(View view, String node) {
        List<Item> items = new ArrayList<>();
        int meter = SOLICITATION.number();
        items.add(new Meter(node, meter, ROUTER_ANSWERS_PER_SECOND, ROUTER_ANSWERS_PER_SECOND));
        items.add(FlowItem.on(node, Flow.in(SOLICITATION).when(Match.ipv6()).then(Slot.RESPONDERS.next())));
        items.add(FlowItem.on(
                node,
                Flow.in(SOLICITATION)
                        .priority(Priority.CLASS)
                        .when(Match.icmpv6(ROUTER_SOLICITATION))
                        .then(Answer.ask(RouterAdvertisement.ANSWER.name(), meter))));
        for (int type : new int[] {ROUTER_ADVERTISEMENT, NEIGHBOR_SOLICITATION, NEIGHBOR_ADVERTISEMENT, REDIRECT}) {
            items.add(FlowItem.on(
                    node, Flow.in(SOLICITATION).priority(Priority.CLASS).when(Match.icmpv6(type))));
        }
        items.add(FlowItem.on(
                node,
                Flow.in(ADVERTISEMENT)
                        .when(Match.icmpv6(NEIGHBOR_ADVERTISEMENT))
                        .then(new Action.Move(Field.ETH_SRC.whole(), Field.ND_TLL.whole()), Action.Output.IN_PORT)));
        Topology.subnet(view, node, Family.IPV6).ifPresent(subnet -> {
            Topology.gatewayMac(view, node).ifPresent(mac -> {
                items.add(FlowItem.on(node, advertise(Topology.gateway(subnet), mac, FLAGS | ROUTER_FLAG)));
                items.add(FlowItem.on(node, advertise(mac.linkLocal(), mac, FLAGS | ROUTER_FLAG)));
            });
            Topology.managementMac(view, node)
                    .ifPresent(mac -> items.add(FlowItem.on(
                            node, advertise(Topology.management(subnet).address(), mac, FLAGS))));
        });
        return items;
    }

    /**
     * Turns a solicitation into the advertisement that answers it. The link-layer option is written in a second table,
     * because Open vSwitch lets a flow change nd_tll only if it matches an advertisement.
     */
    private static Flow advertise(Ip address, MacAddress mac, long flags) {
        return Flow.in(SOLICITATION)
                .priority(Priority.ONE)
                .when(Match.icmpv6(NEIGHBOR_SOLICITATION).and(Field.ND_TARGET, address))
                .then(new Action.Move(Field.ETH_SRC.whole(), Field.ETH_DST.whole()))
                .set(Field.ETH_SRC, Bits.of(mac))
                .then(new Action.Move(Field.IPV6_SRC.whole(), Field.IPV6_DST.whole()))
                .set(Field.IPV6_SRC, Bits.of(address))
                .set(Field.NW_TTL, Bits.of(255))
                .set(Field.ND_RESERVED, Bits.of(flags))
                .set(Field.ND_OPTIONS_TYPE, Bits.of(TARGET_LINK_LAYER_ADDRESS))
                .set(Field.ICMPV6_TYPE, Bits.of(NEIGHBOR_ADVERTISEMENT))
                .then(new Action.Goto(ADVERTISEMENT.number()));
    }
}
