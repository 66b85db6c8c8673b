package org.karst.adminpolicy;

import org.karst.network.policy.PolicySlot;
import org.karst.pipeline.Flow;

/** What a rule does with the connections that it is about ({@code action}). */
enum Decision {
    /** Admits them; no later tier is asked. */
    ACCEPT,
    /** Drops them. */
    DENY,
    /** Leaves them to the next tier. */
    PASS;

    /** A flow that does so. */
    Flow carryOut(PolicySlot slot, Flow flow) {
        return switch (this) {
            case ACCEPT -> slot.admit(flow);
            case DENY -> flow;
            case PASS -> flow.then(slot.slot().next());
        };
    }
}
