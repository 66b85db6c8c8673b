package org.karst.ipv6;

import java.util.ArrayList;
import java.util.List;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.network.family.Priority;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * A pod may solicit routers and neighbours from the link-local address of its MAC address, and no more than that; the answers
 * go back to itself alone.
 */
final class LinkLocalGuard {
    private final TableRef table;

    LinkLocalGuard(TableRef table) {
        this.table = table;
    }

    Rule<AttachmentKey> rule() {
        return new Rule<>("guard-link-local", Scope.ZONE, Keys.of(World.ATTACHMENTS), this::flows);
    }

    private List<Item> flows(View view, AttachmentKey key) {
        List<Item> items = new ArrayList<>();
        view.get(World.ATTACHMENTS, key)
                .filter(attachment -> attachment.ip(Family.IPV6).isPresent())
                .ifPresent(attachment -> Topology.ofport(view, key.node(), attachment.port())
                        .ifPresent(port -> {
                            items.add(FlowItem.on(key.node(), solicitation(attachment, port, 133)));
                            items.add(FlowItem.on(key.node(), solicitation(attachment, port, 135)));
                        }));
        return items;
    }

    private Flow solicitation(Attachment attachment, int port, int type) {
        return Flow.in(table)
                .priority(Priority.ONE)
                .when(Match.icmpv6(type)
                        .and(Field.IN_PORT, port)
                        .and(Field.ETH_SRC, attachment.mac())
                        .source(attachment.mac().linkLocal().single()))
                .then(Slot.SPOOF_GUARD.next());
    }
}
