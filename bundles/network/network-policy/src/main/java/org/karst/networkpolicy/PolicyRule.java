package org.karst.networkpolicy;

import java.util.Objects;

/** One entry of {@code spec.ingress} or {@code spec.egress}: these peers at these ports. */
record PolicyRule(PeerSet peers, PortSet ports) {
    PolicyRule {
        Objects.requireNonNull(peers, "peers");
        Objects.requireNonNull(ports, "ports");
    }
}
