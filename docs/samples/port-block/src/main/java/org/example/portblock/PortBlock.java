package org.example.portblock;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.pipeline.Abi;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.CtState;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Match;
import org.karst.pipeline.Origin;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;
import org.osgi.service.component.annotations.Component;

/** The feature: pods open no connection to the ports that their annotation names. */
@Component(service = Feature.class)
public final class PortBlock implements Feature {
    /** Of each pod, what the annotation says. The core's own kind of pods has no annotations. */
    private final Kind<BlockedPorts> blocked = World.PODS.part("blocked-ports", BlockedPorts::decode);

    private static final TableRef TABLE = new TableRef(Slot.EXTENSION_1, 1, "PORT_BLOCK");
    private static final int TCP = 6;
    private static final int UDP = 17;

    @Override
    public String name() {
        return "port-block";
    }

    @Override
    public List<Kind<?>> watches() {
        return List.of(blocked);
    }

    @Override
    public List<Stage> stages() {
        return List.of(new Stage(
                "port-block",
                Slot.EXTENSION_1,
                Match.all().and(Abi.ORIGIN, Origin.POD), // others may want what nodes send
                List.of(TABLE),
                List.of(
                        new Rule<>("port-block-pass", Scope.ZONE, Keys.of(Topology.NODE_NAMES), PortBlock::pass),
                        new Rule<>("port-block", Scope.ZONE, Keys.of(World.ATTACHMENTS), this::block)),
                List.of(), // it answers no packets
                true)); // what it holds back does not pass because somebody updates it
    }

    @Override
    public List<Rule<?>> rules() {
        return List.of(new Rule<>("port-block-problems", Scope.ZONE, Keys.of(blocked.table()), this::problems));
    }

    /** On each node: what no other flow takes goes on. */
    private static List<Item> pass(View view, String node) {
        return List.of(FlowItem.on(node, Flow.in(TABLE).then(Slot.EXTENSION_1.next())));
    }

    /** For each interface of a pod, on its node: no packet to a blocked port, unless it answers somebody. */
    private List<Item> block(View view, AttachmentKey key) {
        List<Item> items = new ArrayList<>();
        view.get(World.ATTACHMENTS, key).ifPresent(attachment -> {
            SortedSet<Integer> ports = view.get(blocked.table(), attachment.pod())
                    .map(BlockedPorts::ports)
                    .orElseGet(TreeSet::new);
            for (Ip address : attachment.ips()) {
                Match packets = Match.all().source(address.single()).without(CtState.RPL);
                for (int port : ports) {
                    items.add(drop(key.node(), packets.and(Field.NW_PROTO, TCP).and(Field.TCP_DST, port)));
                    items.add(drop(key.node(), packets.and(Field.NW_PROTO, UDP).and(Field.UDP_DST, port)));
                }
            }
        });
        return items;
    }

    /** A flow without actions drops. */
    private static Item drop(String node, Match packets) {
        return FlowItem.on(node, Flow.in(TABLE).priority(100).when(packets));
    }

    /** What is wrong with the annotation of a pod, as an Event that its owner sees. */
    private List<Item> problems(View view, PodKey pod) {
        List<String> problems =
                view.get(blocked.table(), pod).map(BlockedPorts::problems).orElse(List.of());
        return problems.isEmpty()
                ? List.of()
                : List.of(EventItem.warning(
                        "Pod", pod.namespace(), pod.name(), "InvalidBlockedPorts", String.join(". ", problems)));
    }
}
