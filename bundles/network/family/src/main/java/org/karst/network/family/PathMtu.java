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
import org.karst.pipeline.Action;
import org.karst.pipeline.Answer;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Meter;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;

/** What is too long for the tunnel is told so (RFC 1191, RFC 8201) instead of vanishing. */
public final class PathMtu {
    private static final int ETHERNET_HEADER = 14;
    private static final int ERRORS_PER_SECOND = 100;

    private final Family family;
    private final TableRef check;
    private final TableRef answer;
    private final String tooBig;

    /**
     * Path MTU of one family.
     *
     * @param check the stage's first table
     * @param answer the table behind the check
     * @param tooBig the name of the answer to a packet that is too long
     */
    public PathMtu(Family family, TableRef check, TableRef answer, String tooBig) {
        this.family = family;
        this.check = check;
        this.answer = answer;
        this.tooBig = tooBig;
    }

    public List<Rule<?>> rules() {
        String name = "path-mtu-" + family.name().toLowerCase(Locale.ROOT);
        return List.of(new Rule<>(name, Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::flows));
    }

    private List<Item> flows(View view, String node) {
        int limit = view.get(Topology.POD_MTU, node) + ETHERNET_HEADER;
        int meter = check.number();
        Match all = Match.of(family);
        return List.of(
                new Meter(node, meter, ERRORS_PER_SECOND, ERRORS_PER_SECOND),
                FlowItem.on(
                        node,
                        Flow.in(check)
                                .priority(Priority.CLASS)
                                .when(all.and(Abi.REMOTE_NODE, 0L))
                                .then(Slot.PATH_MTU.next())),
                FlowItem.on(
                        node,
                        Flow.in(check)
                                .when(all)
                                .then(
                                        new Action.CheckPacketLarger(limit, Abi.TOO_BIG.range()),
                                        new Action.Goto(answer.number()))),
                FlowItem.on(
                        node,
                        Flow.in(answer)
                                .priority(Priority.CLASS)
                                .when(all.and(Abi.TOO_BIG, true))
                                .then(Answer.ask(tooBig, meter))),
                FlowItem.on(node, Flow.in(answer).when(all).then(Slot.PATH_MTU.next())));
    }
}
