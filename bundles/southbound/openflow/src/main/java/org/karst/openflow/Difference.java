package org.karst.openflow;

import java.util.Objects;
import java.util.Optional;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.FlowItem;

/**
 * Something that a switch holds otherwise than it shall.
 *
 * @param kind how
 * @param identity which flow, empty for a group, a meter, or a match that the flow language has no words for
 * @param table the OpenFlow number of its table, empty for a group or a meter
 * @param text the flow as it shall be, or as it is if nobody wants it, as ovs-ofctl(8) takes it; a group or meter likewise
 * @param found what the switch has instead, "" unless altered
 * @param cookie whose it is: of what is wanted, or of what is there if nobody wants it; none for a group or a meter
 * @param repaired whether the switch is as it shall be now
 */
public record Difference(
        Kind kind,
        Optional<FlowItem.Identity> identity,
        Optional<Integer> table,
        String text,
        String found,
        Cookie cookie,
        boolean repaired) {
    /** What differs. */
    public enum Kind {
        /** It is wanted and not there. */
        MISSING,
        /** It does something else. */
        ALTERED,
        /** It is ours by its cookie, and nobody wants it. */
        UNWANTED,
        /** It is not ours. */
        FOREIGN
    }

    public Difference {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(found, "found");
        Objects.requireNonNull(cookie, "cookie");
    }

    /** The same with its outcome. */
    public Difference withRepaired(boolean outcome) {
        return new Difference(kind, identity, table, text, found, cookie, outcome);
    }
}
