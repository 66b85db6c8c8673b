package org.karst.pipeline;

import java.util.Objects;

/**
 * This process leads: it alone runs the rules of scope LEADER. It holds the Lease, and after it got it the kinds that such rules
 * read were listed anew.
 *
 * @param identity under which this process holds the Lease ({@code spec.holderIdentity})
 */
public record Leadership(String identity) {
    public Leadership {
        Objects.requireNonNull(identity, "identity");
    }
}
