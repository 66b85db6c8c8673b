package org.karst.pipeline;

import java.time.Instant;
import java.util.Objects;

/**
 * What the last verification of a node's switch found: what somebody other than Karst did to it, or failed to do.
 *
 * @param missing how many flows, groups and meters were wanted and not there
 * @param altered how many were there and did something else
 * @param unwanted how many of ours were there and nobody wanted them
 * @param foreign how many are there that are not ours
 * @param left how many of the first three could not be made right, because the switch refused or not everything is known yet
 * @param example the first of them as ovs-ofctl(8) takes it, "" if there is none
 * @param verified when
 */
public record FlowDrift(
        int missing, int altered, int unwanted, int foreign, int left, String example, Instant verified) {
    public FlowDrift {
        Objects.requireNonNull(example, "example");
        Objects.requireNonNull(verified, "verified");
    }

    /** All that differed, repaired or not. */
    public int total() {
        return missing + altered + unwanted + foreign;
    }

    /** What differed and what became of it, in words; "nothing" if nothing did. */
    @Override
    public String toString() {
        if (total() == 0) {
            return "nothing";
        }
        StringBuilder text = new StringBuilder();
        if (total() > foreign) {
            text.append(missing + " missing, " + altered + " altered, " + unwanted + " that nobody wants: ");
            text.append(left == 0 ? "repaired" : left + " of them could not be repaired yet");
        }
        if (foreign > 0) {
            text.append(text.isEmpty() ? "" : "; ");
            text.append(foreign + " foreign: left alone (karst:verify-flows --remove-foreign removes them)");
        }
        return text + "; such as \"" + example + "\"";
    }
}
