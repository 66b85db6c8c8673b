package org.karst.connectivity;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Query;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.network.family.Priority;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.NodeNeighbour;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;

/** Geneve (RFC 8926) to other nodes, then out of a port. */
final class Overlay {
    private static final TableRef REMOTE = new TableRef(Slot.OVERLAY, 1, "REMOTE");
    private static final TableRef TUNNEL_PORT = new TableRef(Slot.OVERLAY, 2, "TUNNEL_PORT");
    private static final TableRef PORT = new TableRef(Slot.OUTPUT, 1, "PORT");

    /** The nodes whose switch has its tunnel port. */
    private static final Query<Unit, SortedSet<String>> TUNNEL_ENDS = Query.of("tunnel-ends", (view, unit) -> {
        SortedSet<String> ends = new TreeSet<>(view.get(Topology.NODE_NAMES, unit));
        ends.removeIf(node -> Topology.ofport(view, node, Topology.TUNNEL_PORT).isEmpty());
        return ends;
    });

    private Overlay() {}

    static Stage tunnels() {
        return Stage.of(
                "overlay",
                Slot.OVERLAY,
                Match.all(),
                List.of(REMOTE, TUNNEL_PORT),
                List.of(
                        new Rule<>("overlay-nodes", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Overlay::remote),
                        new Rule<>("overlay-port", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Overlay::port)));
    }

    /**
     * Every other node knows at all times how a tunnel to this one leaves it; from when it has a tunnel port, because a switch
     * without one does not listen to what its node resolves.
     */
    static Rule<String> neighbours() {
        return new Rule<>("overlay-neighbours", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Overlay::neighbours);
    }

    private static List<Item> neighbours(View view, String remote) {
        return Topology.tunnelAddress(view, remote)
                .map(address -> view.get(TUNNEL_ENDS, Unit.UNIT).stream()
                        .filter(node -> !node.equals(remote))
                        .map(node -> (Item) new NodeNeighbour(node, address))
                        .toList())
                .orElse(List.of());
    }

    static Stage output() {
        return Stage.of(
                "output",
                Slot.OUTPUT,
                Match.all(),
                List.of(PORT),
                List.of(new Rule<>("output", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Overlay::out)));
    }

    private static List<Item> remote(View view, String remote) {
        return Topology.tunnelAddress(view, remote)
                .map(address -> {
                    Flow flow = Flow.in(REMOTE)
                            .priority(Priority.ONE)
                            .when(Match.all().and(Abi.REMOTE_NODE, Topology.number(view, remote)))
                            .set(destination(address), Bits.of(address))
                            .set(Field.TUN_ID, Bits.ZERO)
                            .then(new Action.Goto(TUNNEL_PORT.number()));
                    return view.get(Topology.NODE_NAMES, Unit.UNIT).stream()
                            .filter(node -> !node.equals(remote))
                            .map(node -> (Item) FlowItem.on(node, flow))
                            .toList();
                })
                .orElse(List.of());
    }

    private static Field destination(Ip address) {
        return address.family() == Family.IPV4 ? Field.TUN_DST : Field.TUN_IPV6_DST;
    }

    private static List<Item> port(View view, String node) {
        List<Item> items = new ArrayList<>();
        items.add(FlowItem.on(node, Flow.in(REMOTE)));
        items.add(FlowItem.on(
                node,
                Flow.in(REMOTE)
                        .priority(Priority.CLASS)
                        .when(Match.all().and(Abi.REMOTE_NODE, 0L))
                        .then(Slot.OVERLAY.next())));
        Topology.ofport(view, node, Topology.TUNNEL_PORT)
                .ifPresent(number -> items.add(FlowItem.on(
                        node,
                        Flow.in(TUNNEL_PORT).set(Abi.OUTPUT_PORT, (long) number).then(Slot.OVERLAY.next()))));
        return items;
    }

    /** A packet may leave by the port that it came from: two addresses behind one port, so the input port is forgotten. */
    private static List<Item> out(View view, String node) {
        return List.of(
                FlowItem.on(
                        node,
                        Flow.in(PORT).priority(Priority.CLASS).when(Match.all().and(Abi.OUTPUT_PORT, 0L))),
                FlowItem.on(
                        node,
                        Flow.in(PORT)
                                .set(Field.IN_PORT, Bits.ZERO)
                                .then(new Action.OutputTo(Abi.OUTPUT_PORT.range()))));
    }
}
