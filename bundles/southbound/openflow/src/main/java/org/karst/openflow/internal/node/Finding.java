package org.karst.openflow.internal.node;

import java.util.Optional;
import java.util.stream.Collectors;
import org.karst.openflow.Difference;
import org.karst.openflow.Difference.Kind;
import org.karst.openflow.internal.codec.FlowDescription;
import org.karst.pipeline.Action;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;

/**
 * A flow of which the switch and what is wanted tell different things.
 *
 * @param kind how they differ; never {@link Kind#FOREIGN}
 * @param identity which flow
 * @param wanted what is wanted, null if nothing is
 * @param there what is there, null if nothing is
 */
record Finding(Kind kind, FlowItem.Identity identity, FlowItem wanted, Held there) {
    Difference difference(boolean repaired) {
        return new Difference(
                kind,
                Optional.of(identity),
                Optional.of(identity.table()),
                wanted == null ? thereText() : wanted.flow().toString(),
                wanted == null || there == null ? "" : foundText(),
                wanted == null ? there.cookie() : wanted.cookie(),
                repaired);
    }

    private String thereText() {
        return there.flow().map(Flow::toString).orElseGet(() -> head(identity) + " actions=?");
    }

    /** The actions alone where those differ, else the cookie too: a flow of another owner is altered even if it does the same. */
    private String foundText() {
        String actions =
                there.flow().map(flow -> actions(flow)).orElse("a timeout, or actions that Karst has no words for");
        return there.cookie().stage().equals(wanted.cookie().stage())
                ? actions
                : "cookie=" + there.cookie() + " " + actions;
    }

    private static String actions(Flow flow) {
        return "actions="
                + (flow.actions().isEmpty()
                        ? "drop"
                        : flow.actions().stream().map(Action::toString).collect(Collectors.joining(",")));
    }

    private static String head(FlowItem.Identity identity) {
        String condition = identity.match().toString();
        return "table=" + identity.table() + ",priority=" + identity.priority()
                + (condition.isEmpty() ? "" : "," + condition);
    }

    /** A flow of somebody else. */
    static Difference foreign(String node, FlowDescription flow, boolean removed) {
        Optional<FlowItem.Identity> identity =
                flow.match().map(match -> new FlowItem.Identity(node, flow.table(), flow.priority(), match));
        String head = identity.map(Finding::head)
                .orElseGet(() -> "table=" + flow.table() + ",priority=" + flow.priority()
                        + ",(a match that Karst has no words for)");
        String actions = flow.match().isPresent() && flow.actions().isPresent()
                ? actions(new Flow(
                        flow.table(),
                        flow.priority(),
                        flow.match().get(),
                        flow.actions().get()))
                : "actions=?";
        return new Difference(
                Kind.FOREIGN, identity, Optional.of(flow.table()), head + " " + actions, "", flow.cookie(), removed);
    }

    /** A group or a meter, which have no cookie. */
    static Difference plain(Kind kind, String text, String found, boolean repaired) {
        return new Difference(kind, Optional.empty(), Optional.empty(), text, found, Cookie.NONE, repaired);
    }
}
