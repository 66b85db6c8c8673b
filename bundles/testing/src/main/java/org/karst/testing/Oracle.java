package org.karst.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.karst.controller.DampedUnit;
import org.karst.controller.Inspection;
import org.karst.incremental.Engine;
import org.karst.incremental.Explanation;
import org.karst.incremental.Failure;
import org.karst.incremental.Item;

/**
 * What the engine holds after a step, and the means to compute it from scratch. The two must be equal: a rule that reads
 * something else than its view, or an engine that forgot who read what, makes them differ.
 */
final class Oracle {
    private final List<Item> items;
    private final Set<Name> failed;
    /** The units whose items are not compared. */
    private final Set<Name> behind;

    private final Engine anew;

    /** Of a unit or query; its key as text. */
    private record Name(String definition, String key) {}

    private Oracle(List<Item> items, Set<Name> failed, Set<Name> behind, Engine anew) {
        this.items = items;
        this.failed = failed;
        this.behind = behind;
        this.anew = anew;
    }

    /** To be asked between two steps. */
    static Oracle of(Inspection inspection) {
        Set<Name> failed = names(inspection.failures());
        // A unit that fails or is held keeps its last items, which no fresh engine can know.
        Set<Name> behind = new HashSet<>(failed);
        inspection.damped().stream()
                .filter(DampedUnit::held)
                .forEach(unit -> behind.add(new Name(unit.rule(), unit.key())));
        List<Item> items = behind.isEmpty()
                ? inspection.items()
                : inspection.items().stream()
                        .filter(item -> !isOf(behind, inspection.why(item.identity())))
                        .toList();
        return new Oracle(items, failed, behind, inspection.anew());
    }

    private static Set<Name> names(List<Failure> failures) {
        return failures.stream()
                .map(failure -> new Name(failure.definition(), failure.key().toString()))
                .collect(Collectors.toSet());
    }

    private static boolean isOf(Set<Name> units, Optional<Explanation> why) {
        return why.stream()
                .flatMap(explanation -> explanation.owners().stream())
                .anyMatch(owner ->
                        units.contains(new Name(owner.rule(), owner.key().toString())));
    }

    /** Computes from scratch and compares: the same items in the same order, and the same failures. */
    void check() {
        anew.settle();
        List<Item> expected = behind.isEmpty()
                ? anew.items()
                : anew.items().stream()
                        .filter(item -> !isOf(behind, anew.why(item.identity())))
                        .toList();
        if (!items.equals(expected)) {
            List<Item> missing = new ArrayList<>(expected);
            missing.removeAll(items);
            List<Item> unexpected = new ArrayList<>(items);
            unexpected.removeAll(expected);
            throw new AssertionError("what is wanted differs from a computation from scratch: missing " + missing
                    + ", unexpected " + unexpected
                    + (missing.isEmpty() && unexpected.isEmpty() ? ": another order" : ""));
        }
        Set<Name> failures = names(anew.failures());
        if (!failed.equals(failures)) {
            throw new AssertionError(
                    "what fails differs from a computation from scratch: " + failed + ", not " + failures);
        }
    }
}
