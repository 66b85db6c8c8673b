package org.karst.adminpolicy;

import org.karst.network.policy.PolicySlot;
import org.karst.pipeline.Flow;
import org.karst.pipeline.Judgement.Outcome;

/** What a rule does with the connections that it is about ({@code action}). */
enum Decision {
    /** Admits them; no later tier is asked. */
    ACCEPT,
    /** Drops them. */
    DENY,
    /** Leaves them to the next tier. */
    PASS;

    /** What becomes of such a connection. */
    Outcome outcome() {
        return switch (this) {
            case ACCEPT -> Outcome.ALLOW;
            case DENY -> Outcome.DENY;
            case PASS -> Outcome.PASS;
        };
    }

    /** What a rule does, as a person would say it. */
    String words() {
        return switch (this) {
            case ACCEPT -> "accepts";
            case DENY -> "denies";
            case PASS -> "passes";
        };
    }

    /** A flow that does so. */
    Flow carryOut(PolicySlot slot, Flow flow) {
        return switch (this) {
            case ACCEPT -> slot.admit(flow);
            case DENY -> flow;
            case PASS -> flow.then(slot.slot().next());
        };
    }
}
