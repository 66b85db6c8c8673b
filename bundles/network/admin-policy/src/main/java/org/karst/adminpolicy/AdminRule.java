package org.karst.adminpolicy;

import java.util.Objects;
import org.karst.network.policy.PeerSet;
import org.karst.network.policy.PortSet;

/**
 * One entry of {@code spec.ingress} or {@code spec.egress}.
 *
 * @param index its place in the list, from 0
 * @param decision what it does
 * @param peers with whom
 * @param ports at which ports
 */
record AdminRule(int index, Decision decision, PeerSet peers, PortSet ports) {
    AdminRule {
        Objects.requireNonNull(decision, "decision");
        Objects.requireNonNull(peers, "peers");
        Objects.requireNonNull(ports, "ports");
    }

    /** What stands for a rule that denies or passes and cannot be understood. */
    static AdminRule denyingAll(int index) {
        return new AdminRule(index, Decision.DENY, PeerSet.ALL, PortSet.ALL);
    }
}
