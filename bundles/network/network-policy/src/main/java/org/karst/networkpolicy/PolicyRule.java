package org.karst.networkpolicy;

import java.util.Objects;
import org.karst.network.policy.PeerSet;
import org.karst.network.policy.PortSet;

/**
 * One entry of {@code spec.ingress} or {@code spec.egress}: these peers at these ports.
 *
 * @param index its place in the object, rules that make no sense counted
 */
record PolicyRule(int index, PeerSet peers, PortSet ports) {
    PolicyRule {
        Objects.requireNonNull(peers, "peers");
        Objects.requireNonNull(ports, "ports");
    }
}
