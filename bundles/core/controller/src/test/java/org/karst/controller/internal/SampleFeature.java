package org.karst.controller.internal;

import java.util.List;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.pipeline.Answer;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;

/** A feature with one stage of one flow for each node in EXTENSION_1. */
record SampleFeature(String name, String stage, Match gate, int offset, boolean guard, Flow extra) implements Feature {
    static SampleFeature plain(String name) {
        return new SampleFeature(name, "sample", Match.ip(), 1, false, null);
    }

    TableRef table() {
        return new TableRef(Slot.EXTENSION_1, offset, "SAMPLE" + offset);
    }

    @Override
    public List<Stage> stages() {
        Rule<String> rule = new Rule<>(
                stage + "-flows",
                Scope.ZONE,
                Keys.of(Topology.NODE_NAMES),
                (view, node) -> extra == null
                        ? List.<Item>of(FlowItem.on(node, Flow.in(table()).then(Slot.EXTENSION_1.next())))
                        : List.<Item>of(FlowItem.on(node, extra)));
        Answer answer = new Answer(
                stage + "-answer", (view, packet) -> List.of(PacketOut.out(packet.node(), 7, packet.frame())));
        return List.of(
                new Stage(stage, Slot.EXTENSION_1, gate, List.of(table()), List.of(rule), List.of(answer), guard));
    }
}
