package org.karst.adminpolicy;

import org.karst.network.policy.PolicySlot;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Slot;

/** Whether policies are asked before those of namespaces or after them. */
enum Tier {
    /** Before NetworkPolicy, and above it. */
    ADMIN,
    /** After NetworkPolicy, for pods that none isolates. */
    BASELINE;

    PolicySlot slot(Direction direction) {
        return new PolicySlot(
                switch (direction) {
                    case EGRESS -> this == ADMIN ? Slot.EGRESS_ADMIN : Slot.EGRESS_BASELINE;
                    case INGRESS -> this == ADMIN ? Slot.INGRESS_ADMIN : Slot.INGRESS_BASELINE;
                },
                direction);
    }
}
