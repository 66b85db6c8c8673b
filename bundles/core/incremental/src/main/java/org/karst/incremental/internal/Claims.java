package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.karst.incremental.Change;
import org.karst.incremental.Conflict;
import org.karst.incremental.Emission;
import org.karst.incremental.Item;
import org.karst.incremental.internal.RuleState.UnitCell;

/**
 * Who wants which item. Several units may want one identity; the smallest (rule, key) decides. What a step makes of all
 * this is known when all units have run: a unit that takes over another's item in the same step changes nothing.
 */
final class Claims {
    private final HashTable<Claim> winners;
    private final Map<Object, Conflict> conflicts = new HashMap<>();
    private HashTable<Touched> touched = new HashTable<>();

    /** What the units that changed in this step wanted at its start. */
    private Map<UnitCell, Item[]> itemsBefore = new HashMap<>();

    Claims() {
        this.winners = new HashTable<>();
    }

    /** A copy in a fork. */
    Claims(Claims original, UnaryOperator<UnitCell> local) {
        this.winners = new HashTable<>(original.winners, claim -> claim.copy(local));
        this.conflicts.putAll(original.conflicts);
    }

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

        /** This and those that follow, by the units of a fork. */
        Claim copy(UnaryOperator<UnitCell> local) {
            Claim copy = new Claim(local.apply(unit), item, hash);
            copy.next = next == null ? null : next.copy(local);
            return copy;
        }

        @Override
        Object key() {
            return item.identity();
        }
    }

    /** What was wanted of an identity at the start of the step, and by whom; nulls if nothing was. */
    private static final class Touched extends Entry {
        final Object identity;
        final Item before;
        final UnitCell unit;
        Claim now;
        Change change;

        Touched(Object identity, int hash, Claim first) {
            super(hash);
            this.identity = identity;
            this.before = first == null ? null : first.item;
            this.unit = first == null ? null : first.unit;
        }

        /** Who decides now, or else who did. */
        UnitCell owner() {
            return now == null ? unit : now.unit;
        }

        @Override
        Object key() {
            return identity;
        }
    }

    /** Replaces what a unit wants. */
    void replace(UnitCell unit, Item[] before, Item[] after) {
        itemsBefore.putIfAbsent(unit, before);
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
        touch(identity, claim.hash, first);
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
        int hash = Entry.hash(identity);
        Claim first = winners.find(hash, identity);
        touch(identity, hash, first);
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

    private void touch(Object identity, int hash, Claim first) {
        if (touched.find(hash, identity) == null) {
            touched.add(new Touched(identity, hash, first));
        }
    }

    /** The units that changed what they want and had done so before, sorted; called before {@link #changes}. */
    List<Emission> emissions() {
        return itemsBefore.keySet().stream()
                .filter(unit -> unit.emissions() > 1 && !unit.is(Derived.DEAD))
                .sorted()
                .map(unit -> new Emission(unit.definition.name, unit.key(), unit.emissions()))
                .toList();
    }

    /** The net difference since this was last asked, sorted by owner. */
    List<Change> changes() {
        Map<UnitCell, List<Touched>> byOwner = new HashMap<>();
        touched.forEach(one -> {
            one.now = winners.find(one.hash, one.identity);
            Item after = one.now == null ? null : one.now.item;
            if (!Objects.equals(one.before, after)) {
                one.change = new Change(one.identity, one.before, after);
                byOwner.computeIfAbsent(one.owner(), unused -> new ArrayList<>(2))
                        .add(one);
            }
        });
        List<UnitCell> owners = new ArrayList<>(byOwner.keySet());
        // One that went and the one that took its place in the same step have one name and key.
        owners.sort(Comparator.<UnitCell>naturalOrder().thenComparing(unit -> !unit.is(Derived.DEAD)));
        List<Change> sorted = new ArrayList<>(touched.size());
        owners.forEach(owner -> sort(owner, byOwner.get(owner), sorted));
        itemsBefore = new HashMap<>();
        return sorted;
    }

    /** Appends the changes of one owner: what is removed in the order of its old list, then the rest in that of the new. */
    private void sort(UnitCell owner, List<Touched> changed, List<Change> sorted) {
        if (changed.size() == 1) {
            sorted.add(changed.get(0).change);
            return;
        }
        append(itemsBefore.getOrDefault(owner, owner.items()), owner, true, sorted);
        append(owner.items(), owner, false, sorted);
    }

    private void append(Item[] items, UnitCell owner, boolean removals, List<Change> sorted) {
        for (Item item : items) {
            Touched one = touched.find(item.identity());
            boolean ours = one != null && one.change != null && one.owner() == owner;
            if (ours && (one.change.after() == null) == removals) {
                sorted.add(one.change);
            }
        }
    }

    /** The conflicts that arose or changed, sorted by who wins; called after {@link #changes}, ends the step. */
    List<Conflict> newConflicts() {
        List<Conflict> arisen = new ArrayList<>();
        touched.forEach(one -> {
            if (!disputed(one.now)) {
                if (!conflicts.isEmpty()) {
                    conflicts.remove(one.identity);
                }
                return;
            }
            List<Conflict.Claim> claims = new ArrayList<>();
            for (Claim claim = one.now; claim != null; claim = claim.next) {
                claims.add(new Conflict.Claim(claim.unit.definition.name, claim.unit.key(), claim.item));
            }
            Conflict conflict = new Conflict(one.identity, claims);
            if (!conflict.equals(conflicts.put(one.identity, conflict))) {
                arisen.add(conflict);
            }
        });
        touched = new HashTable<>();
        return sorted(arisen);
    }

    private List<Conflict> sorted(Collection<Conflict> some) {
        return some.stream()
                .sorted(Comparator.comparing((Conflict conflict) -> owner(conflict.identity()))
                        .thenComparing(Conflict::identity, KeyOrder.KEY_ORDER))
                .toList();
    }

    private static boolean disputed(Claim first) {
        for (Claim other = first; other != null; other = other.next) {
            if (!other.item.equals(first.item)) {
                return true;
            }
        }
        return false;
    }

    /** All that stand, sorted by who wins. */
    List<Conflict> conflicts() {
        return sorted(conflicts.values());
    }

    /** What is wanted of an identity, or null. */
    Item item(Object identity) {
        Claim first = winners.peek(Entry.hash(identity), identity);
        return first == null ? null : first.item;
    }

    /** The unit that decides about an identity, to be looked at only, or null. */
    UnitCell owner(Object identity) {
        Claim first = winners.peek(Entry.hash(identity), identity);
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

    /** Visits what is wanted, in no order. */
    void forEach(Consumer<? super Item> visitor) {
        winners.forEach(claim -> visitor.accept(claim.item));
    }

    int size() {
        return winners.size();
    }
}
