package org.karst.pipeline;

import java.util.Objects;

/**
 * A flow that shall be on the integration bridge of a node. Its identity is node, table, priority and match: Open vSwitch
 * keeps one flow for these.
 *
 * <p>The cookie tells where a flow came from and is no part of its value: a flow that gets another owner and does the same
 * is left alone, so that its duration and counters go on.
 */
public final class FlowItem implements PlacedItem {
    private final String node;
    private final Flow flow;
    private final Cookie cookie;

    private FlowItem(String node, Flow flow, Cookie cookie) {
        this.node = Objects.requireNonNull(node, "node");
        this.flow = Objects.requireNonNull(flow, "flow");
        this.cookie = Objects.requireNonNull(cookie, "cookie");
    }

    /** A flow for a node, as a rule emits it; the linker adds the cookie. */
    public static FlowItem on(String node, Flow flow) {
        return new FlowItem(node, flow, Cookie.NONE);
    }

    /** The same with a cookie. */
    public FlowItem with(Cookie stamp) {
        return new FlowItem(node, flow, stamp);
    }

    @Override
    public String node() {
        return node;
    }

    public Flow flow() {
        return flow;
    }

    public Cookie cookie() {
        return cookie;
    }

    @Override
    public Identity identity() {
        return new Identity(node, flow.table(), flow.priority(), flow.match());
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof FlowItem other && other.node.equals(node) && other.flow.equals(flow);
    }

    @Override
    public int hashCode() {
        return 31 * node.hashCode() + flow.hashCode();
    }

    @Override
    public String toString() {
        return node + ": " + flow;
    }

    /** What makes a flow the same flow. */
    public record Identity(String node, int table, int priority, Match match) {}
}
