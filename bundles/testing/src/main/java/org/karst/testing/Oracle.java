package org.karst.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
    private final Engine anew;

    /** Of a unit or query. */
    private record Name(String definition, Object key) {}

    private Oracle(List<Item> items, Set<Name> failed, Engine anew) {
        this.items = items;
        this.failed = failed;
        this.anew = anew;
    }

    /** To be asked between two steps. */
    static Oracle of(Inspection inspection) {
        Set<Name> failed = names(inspection.failures());
        // A unit that fails keeps its last items, which no fresh engine can know.
        List<Item> items = failed.isEmpty()
                ? inspection.items()
                : inspection.items().stream()
                        .filter(item -> !isOf(failed, inspection.why(item.identity())))
                        .toList();
        return new Oracle(items, failed, inspection.anew());
    }

    private static Set<Name> names(List<Failure> failures) {
        return failures.stream()
                .map(failure -> new Name(failure.definition(), failure.key()))
                .collect(Collectors.toSet());
    }

    private static boolean isOf(Set<Name> units, Optional<Explanation> why) {
        return why.stream()
                .flatMap(explanation -> explanation.owners().stream())
                .anyMatch(owner -> units.contains(new Name(owner.rule(), owner.key())));
    }

    /** Computes from scratch and compares: the same items in the same order, and the same failures. */
    void check() {
        anew.settle();
        List<Item> expected = anew.items();
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
