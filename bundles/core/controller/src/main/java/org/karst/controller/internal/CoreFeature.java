package org.karst.controller.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.BridgeItem;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.CtState;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.SwitchItem;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/**
 * What is always there: the gates, the integration bridge and its connection, and conntrack for both families.
 */
final class CoreFeature implements Feature {
    private static final TableRef TRACK = new TableRef(Slot.CONNTRACK, 1, "TRACK");
    private static final TableRef TRACK_IPV6 = new TableRef(Slot.CONNTRACK, 2, "TRACK_IPV6");
    private static final TableRef COMMIT = new TableRef(Slot.COMMIT, 1, "COMMIT");
    private static final TableRef COMMIT_IPV6 = new TableRef(Slot.COMMIT, 2, "COMMIT_IPV6");

    @Override
    public String name() {
        return "core";
    }

    @Override
    public List<Kind<?>> watches() {
        return List.of(World.PODS, World.NODES, World.NAMESPACES);
    }

    @Override
    public List<Stage> stages() {
        return List.of(
                track(Family.IPV4, TRACK),
                track(Family.IPV6, TRACK_IPV6),
                commit(Family.IPV4, COMMIT),
                commit(Family.IPV6, COMMIT_IPV6));
    }

    @Override
    public List<Rule<?>> rules() {
        Keys<String> nodes = Keys.of(Topology.NODE_NAMES);
        return List.of(
                new Rule<>("gates", Scope.ZONE, nodes, CoreFeature::gates),
                new Rule<>(
                        "watches",
                        Scope.ZONE,
                        Keys.of(Features.WATCHED),
                        (view, key) -> view.get(Features.WATCHED, key).map(WatchItem::new).stream()
                                .toList()),
                new Rule<>("departed", Scope.ZONE, Keys.of(BoundStage.STAGES), CoreFeature::departed),
                new Rule<>("integration-bridge", Scope.ZONE, nodes, CoreFeature::integrationBridge));
    }

    private static Stage track(Family family, TableRef table) {
        String name = "track-" + family.name().toLowerCase(Locale.ROOT);
        Action ct = new Action.Ct(
                false, Abi.ZONE_POD.range(), Slot.CONNTRACK.following().map(Slot::gate), List.of());
        return Stage.of(
                name,
                Slot.CONNTRACK,
                Match.of(family),
                List.of(table),
                List.of(onEachNode(name, Flow.in(table).when(Match.of(family)).then(ct))));
    }

    private static Stage commit(Family family, TableRef table) {
        String name = "commit-" + family.name().toLowerCase(Locale.ROOT);
        Action commit = new Action.Ct(
                true,
                Abi.ZONE_POD.range(),
                Slot.COMMIT.following().map(Slot::gate),
                List.of(new Action.Move(
                        Abi.ORIGIN
                                .range()
                                .field()
                                .range(
                                        Abi.ORIGIN.range().from(),
                                        Abi.ORIGIN.range().from() + 2),
                        Abi.MARK_ORIGIN.range())));
        Match fresh = Match.of(family).with(CtState.TRK, CtState.NEW).without(CtState.INV);
        return Stage.of(
                name,
                Slot.COMMIT,
                Match.of(family),
                List.of(table),
                List.of(onEachNode(
                        name,
                        Flow.in(table).priority(10).when(fresh).then(commit),
                        Flow.in(table).then(Slot.COMMIT.next()))));
    }

    private static Rule<String> onEachNode(String name, Flow... flows) {
        return new Rule<>(name, Scope.ZONE, Keys.of(Topology.NODE_NAMES), (view, node) -> {
            List<Item> items = new ArrayList<>();
            for (Flow flow : flows) {
                items.add(FlowItem.on(node, flow));
            }
            return items;
        });
    }

    /** One default flow for each slot, and one flow for each stage in force. */
    private static List<Item> gates(View view, String node) {
        List<Item> items = new ArrayList<>();
        for (Slot slot : Slot.values()) {
            Flow otherwise = Flow.inGate(slot);
            items.add(FlowItem.on(
                            node,
                            switch (slot.otherwise()) {
                                case PASS -> otherwise.then(slot.next());
                                case DROP -> otherwise;
                            })
                    .with(Cookie.of(slot.gate(), "gates", node)));
        }
        for (String name : view.all(BoundStage.STAGES)) {
            view.get(BoundStage.STAGES, name)
                    .filter(BoundStage::inForce)
                    .ifPresent(stage -> items.add(FlowItem.on(
                                    node,
                                    Flow.inGate(stage.slot())
                                            .priority(100)
                                            .when(stage.gate())
                                            .then(new Action.Goto(stage.number())))
                            .with(Cookie.of(stage.slot().gate(), "gates", node))));
        }
        return items;
    }

    /** What stages left in the world stays until their row goes. */
    private static List<Item> departed(View view, String stage) {
        return view.get(BoundStage.STAGES, stage).map(BoundStage::left).orElse(List.of());
    }

    private static List<Item> integrationBridge(View view, String node) {
        Optional<ClusterNetwork> cluster = view.get(World.CLUSTER, World.CLUSTER_KEY);
        if (cluster.isEmpty() || Topology.node(view, node).isEmpty()) {
            return List.of();
        }
        String datapathId = HexFormat.of().toHexDigits(datapathId(node));
        var otherConfig = new TreeMap<String, String>();
        otherConfig.put("datapath-id", datapathId);
        otherConfig.put("disable-in-band", "true");
        otherConfig.put("mac-table-size", "16");
        var externalIds = new TreeMap<String, String>();
        for (String name : view.all(BoundStage.STAGES)) {
            view.get(BoundStage.STAGES, name)
                    .ifPresent(stage -> externalIds.put("karst-stage-" + stage.number(), name));
        }
        return List.of(
                new BridgeItem(
                        node,
                        World.INTEGRATION_BRIDGE,
                        "secure",
                        cluster.get().datapathType(),
                        List.of("OpenFlow15"),
                        cluster.get().controllers(),
                        otherConfig,
                        externalIds),
                new SwitchItem(node, datapathId(node)));
    }

    /** A number for a node's switch that is the same in each process: the first 64 bits of SHA-256 of its name. */
    private static long datapathId(String node) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(node.getBytes(StandardCharsets.UTF_8));
            return HexFormat.fromHexDigitsToLong(HexFormat.of().formatHex(hash, 0, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
