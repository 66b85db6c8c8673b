package org.karst.pipeline;

/**
 * A meter that shall be on the integration bridge of a node: limits packets that go to the controller.
 *
 * @param node the node
 * @param number 1–0xffff0000
 * @param packetsPerSecond the rate above which packets are dropped
 * @param burst how many may come at once
 */
public record Meter(String node, int number, int packetsPerSecond, int burst) implements PlacedItem {
    @Override
    public Identity identity() {
        return new Identity(node, number);
    }

    /** What makes a meter the same meter. */
    public record Identity(String node, int number) {}
}
