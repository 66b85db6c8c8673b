package org.karst.network.family;

import java.util.List;
import java.util.Locale;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.pipeline.Abi;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Origin;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** A pod sends from its own MAC address and its own IP address, or not at all. */
public final class SourceGuard {
    private final Family family;
    private final TableRef table;
    private final String suffix;

    public SourceGuard(Family family, TableRef table) {
        this.family = family;
        this.table = table;
        suffix = "-" + family.name().toLowerCase(Locale.ROOT);
    }

    public List<Rule<?>> rules() {
        return List.of(
                new Rule<>("guard-pods" + suffix, Scope.ZONE, Keys.of(World.ATTACHMENTS), this::pod),
                new Rule<>("guard-others" + suffix, Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::others));
    }

    private List<Item> pod(View view, AttachmentKey key) {
        return view.get(World.ATTACHMENTS, key)
                .flatMap(attachment -> attachment.ip(family).flatMap(address -> Topology.ofport(
                                view, key.node(), attachment.port())
                        .map(port -> Flow.in(table)
                                .priority(Priority.ONE)
                                .when(Match.of(family)
                                        .and(Field.IN_PORT, port)
                                        .and(Field.ETH_SRC, attachment.mac())
                                        .source(address.single()))
                                .then(Slot.SPOOF_GUARD.next()))))
                .map(flow -> List.<Item>of(FlowItem.on(key.node(), flow)))
                .orElse(List.of());
    }

    /** The node may forward what it likes, other nodes have guarded what they send; everything else is dropped. */
    private List<Item> others(View view, String node) {
        return List.of(
                FlowItem.on(node, from(Origin.NODE)),
                FlowItem.on(node, from(Origin.OVERLAY)),
                FlowItem.on(node, from(Origin.CONTROLLER)),
                FlowItem.on(node, Flow.in(table).when(Match.of(family))));
    }

    private Flow from(Origin origin) {
        return Flow.in(table)
                .priority(Priority.CLASS)
                .when(Match.of(family).and(Abi.ORIGIN, origin))
                .then(Slot.SPOOF_GUARD.next());
    }
}
