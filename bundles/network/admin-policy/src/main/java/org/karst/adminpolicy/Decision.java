package org.karst.adminpolicy;

import org.karst.network.policy.PolicySlot;
import org.karst.pipeline.Abi;
import org.karst.pipeline.AuditLogging;
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

    /** A flow that does so, and says so if its policy wants that to be told. */
    Flow carryOut(PolicySlot slot, Flow flow, AuditLogging logging) {
        boolean told = outcome().verdict().flatMap(logging::of).isPresent();
        Flow telling = told ? flow.set(Abi.TELL, true) : flow;
        return switch (this) {
            case ACCEPT -> slot.admit(telling);
            case DENY -> telling;
            case PASS -> telling.then(slot.slot().next());
        };
    }
}
