package org.karst.openflow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.karst.pipeline.Action;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Flow;
import org.karst.pipeline.Match;

/**
 * A flow that a switch holds, with what it counted.
 *
 * @param table its table
 * @param priority its priority
 * @param match which packets; empty if the flow language has no words for it: somebody else installed it
 * @param actions what it does, empty if the flow language has no words for it or if it times out
 * @param cookie whose it is
 * @param packets how many packets it met
 * @param bytes how many bytes these had
 * @param age how long it has been there; a modification does not restart it, another addition does
 */
public record InstalledFlow(
        int table,
        int priority,
        Optional<Match> match,
        Optional<List<Action>> actions,
        Cookie cookie,
        long packets,
        long bytes,
        Duration age) {
    /** The flow, empty if the flow language has no words for it. */
    public Optional<Flow> flow() {
        return match.isPresent() && actions.isPresent() && table <= 253
                ? Optional.of(new Flow(table, priority, match.get(), actions.get()))
                : Optional.empty();
    }
}
