package org.karst.pipeline;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A row of Open vSwitch's Interface table (ovs-vswitchd.conf.db(5)).
 *
 * @param bridge the bridge whose port it is, "" if none
 * @param type {@code type}: "" for a system interface, internal, geneve …
 * @param ofport {@code ofport}: the OpenFlow port number; 0 while there is none, −1 if it could not be opened
 * @param mtu {@code mtu}, 0 if unknown
 * @param error {@code error}: what the switch says of an interface that it cannot open; "" if it can
 * @param externalIds {@code external_ids}
 */
public record Interface(
        String bridge, String type, int ofport, int mtu, String error, SortedMap<String, String> externalIds) {
    public Interface {
        Objects.requireNonNull(bridge, "bridge");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(error, "error");
        externalIds = Collections.unmodifiableSortedMap(new TreeMap<>(externalIds));
    }

    /** Whether packets can pass: the switch has given it a number. */
    public boolean ready() {
        return ofport > 0;
    }
}
