package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.karst.incremental.Change;
import org.karst.incremental.Conflict;
import org.karst.incremental.Item;
import org.karst.incremental.internal.RuleState.UnitCell;

/**
 * Who wants which item. Several units may want one identity; the smallest (rule, key) decides. What a step makes of all
 * this is known when all units have run: a unit that takes over another's item in the same step changes nothing.
 */
final class Claims {
    private final HashTable<Claim> winners = new HashTable<>();
    private final Map<Object, Conflict> conflicts = new HashMap<>();
    private Map<Object, Before> touched = new LinkedHashMap<>();

    /** One unit's wish for one identity; the wishes of others for the same one follow in order. */
    private static final class Claim extends Entry {
        final UnitCell unit;
        final Item item;
        Claim next;

        Claim(UnitCell unit, Item item, int hash) {
            super(hash);
            this.unit = unit;
            this.item = item;
        }

        @Override
        Object key() {
            return item.identity();
        }
    }

    /** What was wanted at the start of the step, and by whom; nulls if nothing was. */
    private record Before(Item item, UnitCell unit) {}

    /** Replaces what a unit wants. */
    void replace(UnitCell unit, Item[] before, Item[] after) {
        int same = 0;
        while (same < before.length && same < after.length && before[same].equals(after[same])) {
            same++;
        }
        int fromEnd = 0;
        while (fromEnd < before.length - same
                && fromEnd < after.length - same
                && before[before.length - 1 - fromEnd].equals(after[after.length - 1 - fromEnd])) {
            fromEnd++;
        }
        for (int i = same; i < before.length - fromEnd; i++) {
            release(unit, before[i]);
        }
        for (int i = same; i < after.length - fromEnd; i++) {
            claim(unit, after[i]);
        }
    }

    private void claim(UnitCell unit, Item item) {
        Object identity = item.identity();
        Claim claim = new Claim(unit, item, Entry.hash(identity));
        Claim first = winners.find(claim.hash, identity);
        touch(identity, first);
        if (first == null) {
            winners.add(claim);
        } else if (unit.compareTo(first.unit) < 0) {
            claim.next = first;
            winners.remove(first);
            winners.add(claim);
        } else {
            Claim previous = first;
            while (previous.next != null && previous.next.unit.compareTo(unit) < 0) {
                previous = previous.next;
            }
            claim.next = previous.next;
            previous.next = claim;
        }
    }

    private void release(UnitCell unit, Item item) {
        Object identity = item.identity();
        Claim first = winners.find(identity);
        touch(identity, first);
        if (first.unit == unit) {
            winners.remove(first);
            if (first.next != null) {
                winners.add(first.next);
            }
        } else {
            Claim previous = first;
            while (previous.next.unit != unit) {
                previous = previous.next;
            }
            previous.next = previous.next.next;
        }
    }

    /** Lets the next difference be one from the winners of another. */
    void startFrom(Claims other) {
        other.winners.forEach(first -> touched.put(first.key(), new Before(first.item, first.unit)));
        conflicts.putAll(other.conflicts);
    }

    private void touch(Object identity, Claim first) {
        touched.computeIfAbsent(
                identity, unused -> first == null ? new Before(null, null) : new Before(first.item, first.unit));
    }

    /** The net difference since it was last asked, sorted by owner; within an owner removals by identity, then the rest in its order. */
    List<Change> changes() {
        Map<UnitCell, Map<Object, Change>> byOwner = new TreeMap<>();
        touched.forEach((identity, before) -> {
            Claim now = winners.find(identity);
            Item after = now == null ? null : now.item;
            if (before.item != null ? !before.item.equals(after) : after != null) {
                byOwner.computeIfAbsent(now == null ? before.unit : now.unit, unused -> new LinkedHashMap<>())
                        .put(identity, new Change(identity, before.item, after));
            }
        });
        List<Change> sorted = new ArrayList<>();
        byOwner.forEach((owner, changes) -> {
            changes.values().stream()
                    .filter(change -> change.after() == null)
                    .sorted(Comparator.comparing(Change::identity, KeyOrder.KEY_ORDER))
                    .forEach(sorted::add);
            changes.values().removeIf(change -> change.after() == null);
            if (changes.size() <= 1) {
                sorted.addAll(changes.values());
                return;
            }
            for (Item item :
                    winners.find(changes.keySet().iterator().next()).unit.items()) {
                Change change = changes.get(item.identity());
                if (change != null) {
                    sorted.add(change);
                }
            }
        });
        return sorted;
    }

    /** The conflicts that arose or changed since this was last asked; then forgets what was touched. */
    List<Conflict> newConflicts() {
        Map<UnitCell, List<Conflict>> arisen = new TreeMap<>();
        for (Object identity : touched.keySet()) {
            Claim first = winners.find(identity);
            if (!disputed(first)) {
                conflicts.remove(identity);
                continue;
            }
            List<Conflict.Claim> claims = new ArrayList<>();
            for (Claim claim = first; claim != null; claim = claim.next) {
                claims.add(new Conflict.Claim(claim.unit.definition.name, claim.unit.key(), claim.item));
            }
            Conflict conflict = new Conflict(identity, claims);
            if (!conflict.equals(conflicts.put(identity, conflict))) {
                arisen.computeIfAbsent(first.unit, unused -> new ArrayList<>()).add(conflict);
            }
        }
        touched = new LinkedHashMap<>();
        return arisen.values().stream().flatMap(List::stream).toList();
    }

    private static boolean disputed(Claim first) {
        for (Claim other = first; other != null; other = other.next) {
            if (!other.item.equals(first.item)) {
                return true;
            }
        }
        return false;
    }

    /** All that stand, sorted by the unit that wins. */
    List<Conflict> conflicts() {
        return conflicts.values().stream()
                .sorted(Comparator.comparing(conflict -> winners.find(conflict.identity()).unit))
                .toList();
    }

    /** What is wanted of an identity, or null. */
    Item item(Object identity) {
        Claim first = winners.find(identity);
        return first == null ? null : first.item;
    }

    /** The unit that decides about an identity, or null. */
    UnitCell owner(Object identity) {
        Claim first = winners.find(identity);
        return first == null ? null : first.unit;
    }

    /** Who wants an identity, the one that decides first. */
    List<UnitCell> owners(Object identity) {
        List<UnitCell> owners = new ArrayList<>();
        for (Claim claim = winners.find(identity); claim != null; claim = claim.next) {
            owners.add(claim.unit);
        }
        return owners;
    }

    int size() {
        return winners.size();
    }
}
