package org.karst.incremental;

import java.util.List;

/**
 * What one settle brought about.
 *
 * @param revision the number of this settle, from 1, without gaps
 * @param changes the net difference of the items, sorted by rule and key of the unit that decides (or did); within
 *     a unit what is removed comes first, then the rest, both in the order of its list
 * @param conflicts those that arose or changed now; see {@link Engine#conflicts()} for all that stand
 * @param failures those that arose or changed now; see {@link Engine#failures()} for all that stand
 * @param emissions the units whose items changed, not for the first time, sorted by rule and key
 */
public record Settlement(
        long revision,
        List<Change> changes,
        List<Conflict> conflicts,
        List<Failure> failures,
        List<Emission> emissions) {
    public Settlement {
        changes = List.copyOf(changes);
        conflicts = List.copyOf(conflicts);
        failures = List.copyOf(failures);
        emissions = List.copyOf(emissions);
    }
}
