package org.karst.controller.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import org.karst.controller.StageStatus.State;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.pipeline.Action;
import org.karst.pipeline.BridgeItem;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.LeaseItem;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.SwitchItem;
import org.karst.pipeline.Topology;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/**
 * What is always there: the gates, the integration bridge and its connection, conntrack and verdicts.
 */
final class CoreFeature implements Feature {
    static final String NAME = "core";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Kind<?>> watches() {
        return List.of(World.PODS, World.NODES, World.NAMESPACES, World.ALLOCATIONS);
    }

    @Override
    public List<Stage> stages() {
        List<Stage> stages = new ArrayList<>(Tracking.stages());
        stages.add(Verdicts.stage());
        return stages;
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
                new Rule<>("leader-lease", Scope.ZONE, Keys.once(), (view, unit) -> lease(view)),
                new Rule<>("drift-events", Scope.ZONE, Keys.of(World.DRIFT), CoreFeature::driftEvents),
                new Rule<>("guards", Scope.ZONE, Keys.of(BoundStage.STAGES), CoreFeature::guards),
                new Rule<>("guard-verdicts", Scope.ZONE, Keys.of(DepartedFeature.DEPARTED), CoreFeature::guardVerdicts),
                new Rule<>("departed", Scope.ZONE, Keys.of(BoundStage.STAGES), CoreFeature::departed),
                new Rule<>(
                        "departed-features", Scope.ZONE, Keys.of(DepartedFeature.DEPARTED), (view, feature) -> view.get(
                                        DepartedFeature.DEPARTED, feature)
                                .map(DepartedFeature::items)
                                .orElse(List.of())),
                new Rule<>("integration-bridge", Scope.ZONE, nodes, CoreFeature::integrationBridge));
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
        for (Flow end : Verdicts.ends()) {
            items.add(FlowItem.on(node, end).with(Cookie.of(end.table(), "gates", node)));
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

    /** Somebody must lead as soon as there is a rule for leaders. */
    private static List<Item> lease(View view) {
        SortedSet<String> led = view.all(Features.LED);
        return led.isEmpty()
                ? List.of()
                : List.of(new LeaseItem(led.stream()
                        .flatMap(feature -> view.get(Features.LED, feature).stream())
                        .flatMap(List::stream)
                        .distinct()
                        .toList()));
    }

    /** What guards without its bundle is remembered. */
    private static List<Item> guards(View view, String stage) {
        return view.get(BoundStage.STAGES, stage).flatMap(row -> GuardStageItem.of(stage, row)).stream()
                .<Item>map(guard -> guard)
                .toList();
    }

    private static List<Item> guardVerdicts(View view, String feature) {
        boolean guards = view.all(BoundStage.STAGES).stream()
                .flatMap(stage -> view.get(BoundStage.STAGES, stage).stream())
                .anyMatch(stage -> stage.feature().equals(feature) && stage.state() == State.FROZEN);
        return view.get(DepartedFeature.DEPARTED, feature).filter(left -> guards).stream()
                .<Item>map(left -> new GuardVerdictsItem(feature, left.verdicts()))
                .toList();
    }

    /** What stages left in the world stays until their row goes. */
    private static List<Item> departed(View view, String stage) {
        return view.get(BoundStage.STAGES, stage).map(BoundStage::left).orElse(List.of());
    }

    /** Somebody changes a switch by hand, or something loses flows: its node's owner should know. */
    private static List<Item> driftEvents(View view, String node) {
        return view.get(World.DRIFT, node).filter(drift -> drift.total() > 0).stream()
                .<Item>map(drift -> EventItem.warning(
                        "Node",
                        "",
                        node,
                        "FlowDrift",
                        World.INTEGRATION_BRIDGE + " had other flows than it should: " + drift))
                .toList();
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
