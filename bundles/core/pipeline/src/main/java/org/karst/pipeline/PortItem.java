package org.karst.pipeline;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.model.MacAddress;

/**
 * A port with one interface that shall exist on a bridge (ovs-vswitchd.conf.db(5), tables Port and Interface).
 *
 * @param node the node
 * @param bridge the bridge's name
 * @param name the port's and the interface's name, at most 15 characters
 * @param type {@code Interface.type}: "" for a system interface, internal, geneve …
 * @param mac {@code Interface.mac}, for internal interfaces
 * @param mtu {@code Interface.mtu_request}; 0 = none
 * @param options {@code Interface.options}, all of them
 * @param externalIds entries of {@code Interface.external_ids}; others are left alone
 */
public record PortItem(
        String node,
        String bridge,
        String name,
        String type,
        Optional<MacAddress> mac,
        int mtu,
        SortedMap<String, String> options,
        SortedMap<String, String> externalIds)
        implements PlacedItem {
    public PortItem {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(bridge, "bridge");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(mac, "mac");
        if (name.isEmpty() || name.length() > 15) {
            throw new IllegalArgumentException("a port's name has 1 to 15 characters: '" + name + "'");
        }
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
        externalIds = Collections.unmodifiableSortedMap(new TreeMap<>(externalIds));
    }

    @Override
    public Identity identity() {
        return new Identity(node, name);
    }

    /** What makes a port the same port. */
    public record Identity(String node, String name) {}
}
