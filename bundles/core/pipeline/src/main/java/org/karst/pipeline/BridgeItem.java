package org.karst.pipeline;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A bridge that shall exist in a node's Open vSwitch (ovs-vswitchd.conf.db(5), table Bridge). Keys of maps that are not named
 * here are left alone.
 *
 * @param node the node
 * @param name the bridge's name
 * @param failMode {@code fail_mode}: secure or standalone
 * @param datapathType {@code datapath_type}
 * @param protocols {@code protocols}
 * @param controllers {@code target} of its Controller rows; connection_mode is out-of-band
 * @param otherConfig entries of {@code other_config}
 * @param externalIds entries of {@code external_ids}
 */
public record BridgeItem(
        String node,
        String name,
        String failMode,
        String datapathType,
        List<String> protocols,
        List<String> controllers,
        SortedMap<String, String> otherConfig,
        SortedMap<String, String> externalIds)
        implements PlacedItem {
    public BridgeItem {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(name, "name");
        protocols = List.copyOf(protocols);
        controllers = List.copyOf(controllers);
        otherConfig = Collections.unmodifiableSortedMap(new TreeMap<>(otherConfig));
        externalIds = Collections.unmodifiableSortedMap(new TreeMap<>(externalIds));
    }

    @Override
    public Identity identity() {
        return new Identity(node, name);
    }

    /** What makes a bridge the same bridge. */
    public record Identity(String node, String name) {}
}
