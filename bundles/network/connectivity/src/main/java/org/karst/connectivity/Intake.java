package org.karst.connectivity;

import java.util.ArrayList;
import java.util.List;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
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

/** INTAKE: where a packet comes from. What comes from nowhere known goes nowhere. */
final class Intake {
    private static final TableRef CLASSIFY = new TableRef(Slot.INTAKE, 1, "CLASSIFY");
    private static final TableRef TUNNEL = new TableRef(Slot.INTAKE, 2, "TUNNEL");
    private static final TableRef NODE = new TableRef(Slot.INTAKE, 3, "NODE");
    /** OFPP_CONTROLLER: the input port of packets that answers compose. */
    private static final int CONTROLLER = 0xfffd;

    private Intake() {}

    static Stage stage() {
        return Stage.of(
                "intake",
                Slot.INTAKE,
                Match.all(),
                List.of(CLASSIFY, TUNNEL, NODE),
                List.of(
                        new Rule<>("intake-pods", Scope.ZONE, Keys.of(World.ATTACHMENTS), Intake::pod),
                        new Rule<>("intake-node", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Intake::node),
                        new Rule<>("intake-tunnel", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Intake::remote)));
    }

    private static List<Item> pod(View view, AttachmentKey key) {
        return view.get(World.ATTACHMENTS, key)
                .flatMap(attachment -> Topology.ofport(view, key.node(), attachment.port()))
                .map(port -> List.<Item>of(
                        FlowItem.on(key.node(), from(port, Origin.POD).then(Slot.INTAKE.next()))))
                .orElse(List.of());
    }

    private static List<Item> node(View view, String node) {
        List<Item> items = new ArrayList<>();
        items.add(FlowItem.on(node, Flow.in(CLASSIFY)));
        items.add(FlowItem.on(node, Flow.in(TUNNEL)));
        items.add(FlowItem.on(node, from(CONTROLLER, Origin.CONTROLLER).then(Slot.INTAKE.next())));
        Topology.ofport(view, node, Topology.MANAGEMENT_PORT)
                .ifPresent(port ->
                        items.add(FlowItem.on(node, from(port, Origin.NODE).then(new Action.Goto(NODE.number())))));
        items.addAll(own(view, node));
        Topology.ofport(view, node, Topology.TUNNEL_PORT)
                .ifPresent(port -> items.add(
                        FlowItem.on(node, from(port, Origin.OVERLAY).then(new Action.Goto(TUNNEL.number())))));
        return items;
    }

    /** What the node itself sends, not what it forwards. */
    private static List<Item> own(View view, String node) {
        List<Item> items = new ArrayList<>();
        items.add(FlowItem.on(node, Flow.in(NODE).then(Slot.INTAKE.next())));
        for (Ip address : Topology.addresses(view, node)) {
            items.add(FlowItem.on(
                    node,
                    Flow.in(NODE)
                            .priority(Priority.ONE)
                            .when(Match.all().source(address.single()))
                            .set(Abi.EXEMPT, true)
                            .then(Slot.INTAKE.next())));
        }
        return items;
    }

    /** A tunnel is believed if it comes from a node's address. */
    private static List<Item> remote(View view, String remote) {
        return Topology.tunnelAddress(view, remote)
                .map(address -> {
                    Flow flow = Flow.in(TUNNEL)
                            .priority(Priority.ONE)
                            .when(tunnelFrom(address))
                            .then(Slot.INTAKE.next());
                    return view.get(Topology.NODE_NAMES, Unit.UNIT).stream()
                            .filter(node -> !node.equals(remote))
                            .map(node -> (Item) FlowItem.on(node, flow))
                            .toList();
                })
                .orElse(List.of());
    }

    private static Match tunnelFrom(Ip address) {
        return Match.all().and(address.family() == Family.IPV4 ? Field.TUN_SRC : Field.TUN_IPV6_SRC, Bits.of(address));
    }

    private static Flow from(int port, Origin origin) {
        return Flow.in(CLASSIFY)
                .priority(Priority.ONE)
                .when(Match.all().and(Field.IN_PORT, port))
                .set(Abi.ORIGIN, origin)
                .set(Abi.NETWORK, 0L)
                .set(Abi.ZONE_POD, Abi.CLUSTER_ZONE);
    }
}
