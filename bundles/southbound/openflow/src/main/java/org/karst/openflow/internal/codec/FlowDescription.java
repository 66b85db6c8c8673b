package org.karst.openflow.internal.codec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.karst.pipeline.Action;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Match;

/**
 * A flow as a switch describes it.
 *
 * @param table the table
 * @param priority the priority
 * @param cookie the cookie
 * @param match which packets, empty if the flow language has no words for it
 * @param actions what happens to them, empty if the flow language has no words for it, or if the flow times out
 * @param packets how many packets it met
 * @param bytes how many bytes these had
 * @param age how long it has been there
 */
public record FlowDescription(
        int table,
        int priority,
        Cookie cookie,
        Optional<Match> match,
        Optional<List<Action>> actions,
        long packets,
        long bytes,
        Duration age) {}
