package org.karst.questions;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.questions.internal.TextTable;

/**
 * How the controller is.
 *
 * @param ready whether nothing is missing
 * @param notReady what is missing, one sentence each
 * @param revision the number of the last settlement
 * @param features the names of the bound features
 * @param drivers the names of the bound drivers
 * @param nodes how many nodes there are
 * @param switches how many of their switches are connected
 * @param pods how many pods there are
 * @param attachments how many interfaces of containers are attached
 * @param items how many items are wanted, of all kinds
 * @param flows how many of them are flows
 * @param cells how many values the engine remembers
 * @param targets how far each target is
 * @param positions how far each watch of the Kubernetes API has been read (metadata.resourceVersion), by source
 * @param failures sentences about units that failed
 * @param conflicts sentences about units that want unequal things of one identity
 * @param damped sentences about units that are slowed down because they chase their own echo
 * @param drift what the last verification of each switch found, a sentence each where it found something
 * @param verified how many switches were verified
 * @param recomputation how the last computation of everything from scratch ended; empty before the first
 * @param loop what the loop has done
 */
public record Status(
        boolean ready,
        List<String> notReady,
        long revision,
        List<String> features,
        List<String> drivers,
        int nodes,
        int switches,
        int pods,
        int attachments,
        int items,
        int flows,
        int cells,
        List<TargetStatus> targets,
        SortedMap<String, String> positions,
        List<String> failures,
        List<String> conflicts,
        List<String> damped,
        List<String> drift,
        int verified,
        Optional<String> recomputation,
        LoopStatus loop)
        implements Answer {
    /**
     * One place that a driver serves.
     *
     * @param driver the driver
     * @param place a node, or "" where there is only one
     * @param changed the last revision in which something changed for it
     * @param acknowledged the newest revision all of whose items are true there
     */
    public record TargetStatus(String driver, String place, long changed, long acknowledged) {
        /** Whether the world there is not yet as it shall be. */
        boolean isBehind() {
            return acknowledged < changed;
        }
    }

    /**
     * What the loop has done since the process started.
     *
     * @param steps how many steps
     * @param messages how many messages were taken
     * @param failedMessages how many of them ended with an error
     * @param waiting how many wait now
     * @param settleSeconds time spent in settling
     * @param longestStepSeconds the longest step
     */
    public record LoopStatus(
            long steps,
            long messages,
            long failedMessages,
            long waiting,
            double settleSeconds,
            double longestStepSeconds) {}

    public Status {
        notReady = List.copyOf(notReady);
        features = List.copyOf(features);
        drivers = List.copyOf(drivers);
        targets = List.copyOf(targets);
        positions = Collections.unmodifiableSortedMap(new TreeMap<>(positions));
        failures = List.copyOf(failures);
        conflicts = List.copyOf(conflicts);
        damped = List.copyOf(damped);
        drift = List.copyOf(drift);
    }

    @Override
    public String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("ready", ready ? "yes" : "no"));
        notReady.forEach(sentence -> lines.add(List.of("", "- " + sentence)));
        lines.add(List.of("revision", Long.toString(revision)));
        lines.add(List.of("features", String.join(", ", features)));
        lines.add(List.of("drivers", String.join(", ", drivers)));
        lines.add(List.of("nodes", nodes + ", " + switches + " connected"));
        lines.add(List.of("pods", pods + ", " + attachments + " interfaces attached"));
        lines.add(List.of("wanted", items + " items, " + flows + " of them flows; " + cells + " cells"));
        lines.add(List.of(
                "targets",
                targets.size() + ", "
                        + targets.stream().filter(TargetStatus::isBehind).count() + " behind"));
        lines.add(List.of(
                "loop",
                String.format(
                        Locale.ROOT,
                        "%d steps, %d messages (%d failed, %d waiting), %.3f s settling, longest step %.1f ms",
                        loop.steps(),
                        loop.messages(),
                        loop.failedMessages(),
                        loop.waiting(),
                        loop.settleSeconds(),
                        loop.longestStepSeconds() * 1000)));
        lines.add(List.of("failures", failures.isEmpty() ? "none" : Integer.toString(failures.size())));
        failures.forEach(sentence -> lines.add(List.of("", "- " + sentence)));
        lines.add(List.of("conflicts", conflicts.isEmpty() ? "none" : Integer.toString(conflicts.size())));
        conflicts.forEach(sentence -> lines.add(List.of("", "- " + sentence)));
        lines.add(List.of("damped", damped.isEmpty() ? "none" : Integer.toString(damped.size())));
        damped.forEach(sentence -> lines.add(List.of("", "- " + sentence)));
        lines.add(List.of(
                "drift",
                verified == 0
                        ? "no switch was verified yet"
                        : (drift.isEmpty() ? "none" : drift.size() + " switches") + ", " + verified + " verified"));
        drift.forEach(sentence -> lines.add(List.of("", "- " + sentence)));
        recomputation.ifPresent(sentence -> lines.add(List.of("anew", sentence)));
        return TextTable.plain(lines);
    }
}
