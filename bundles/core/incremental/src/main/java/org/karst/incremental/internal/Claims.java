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
    private static final int UNKNOWN = -1;

    /** Removals first, then the rest, each in the order of the owner's list. */
    private static final Comparator<Touched> IN_A_UNIT =
            Comparator.<Touched, Boolean>comparing(one -> one.now != null).thenComparingInt(Touched::place);

    /** One that went and the one that took its place in the same step have one name and key. */
    private static final Comparator<Run> BY_OWNER =
            Comparator.<Run, UnitCell>comparing(run -> run.owner).thenComparing(run -> !run.owner.is(Derived.DEAD));

    private final HashTable<Claim> winners;
    private final Map<Object, Conflict> conflicts = new HashMap<>();

    /** The identities that somebody claimed or released in this step. */
    private List<Touched> touched = new ArrayList<>();

    /** Those of them that nobody wanted for a moment: no claim leads to them. */
    private HashTable<Touched> released = new HashTable<>();

    /** The units that changed in this step what they want, and had done so before; some are there twice. */
    private List<UnitCell> emitting = new ArrayList<>();

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

        /** What this step does to the identity, in the first claim to it; null between steps. */
        Touched touched;

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

        /** Who decides, or null. */
        Claim now;

        /** Where it stood in the list of the unit that decided, and where it stands in that of the one that decides. */
        int placeBefore = UNKNOWN;

        int placeNow = UNKNOWN;

        Touched(Object identity, int hash, Claim first) {
            super(hash);
            this.identity = identity;
            this.before = first == null ? null : first.item;
            this.unit = first == null ? null : first.unit;
            this.now = first;
        }

        Item after() {
            return now == null ? null : now.item;
        }

        /** Who decides now, or else who did. */
        UnitCell owner() {
            return now == null ? unit : now.unit;
        }

        int place() {
            return now == null ? placeBefore : placeNow;
        }

        /** Another claim decides from now on, or none. */
        void decide(Claim first, int place) {
            if (now != null) {
                now.touched = null;
            }
            now = first;
            placeNow = place;
            if (first != null) {
                first.touched = this;
            }
        }

        @Override
        Object key() {
            return identity;
        }
    }

    /** Changes of one owner that follow each other. */
    private static final class Run {
        final UnitCell owner;
        final int from;
        int to;

        Run(UnitCell owner, int from) {
            this.owner = owner;
            this.from = from;
        }
    }

    /** Replaces what a unit wants. */
    void replace(UnitCell unit, Item[] before, Item[] after) {
        if (unit.emissions() > 1) {
            emitting.add(unit);
        }
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
            release(unit, before[i], i);
        }
        for (int i = same; i < after.length - fromEnd; i++) {
            claim(unit, after[i], i);
        }
    }

    private void claim(UnitCell unit, Item item, int place) {
        Object identity = item.identity();
        Claim claim = new Claim(unit, item, Entry.hash(identity));
        Claim first = winners.find(claim.hash, identity);
        Touched here = touch(identity, claim.hash, first);
        if (first == null) {
            winners.add(claim);
            here.decide(claim, place);
        } else if (unit.compareTo(first.unit) < 0) {
            claim.next = first;
            winners.remove(first);
            winners.add(claim);
            here.decide(claim, place);
        } else {
            Claim previous = first;
            while (previous.next != null && previous.next.unit.compareTo(unit) < 0) {
                previous = previous.next;
            }
            claim.next = previous.next;
            previous.next = claim;
        }
    }

    private void release(UnitCell unit, Item item, int place) {
        Object identity = item.identity();
        int hash = Entry.hash(identity);
        Claim first = winners.find(hash, identity);
        Touched here = touch(identity, hash, first);
        if (unit == here.unit) {
            here.placeBefore = place;
        }
        if (first.unit == unit) {
            winners.remove(first);
            Claim next = first.next;
            if (next != null) {
                winners.add(next);
                here.decide(next, UNKNOWN);
            } else {
                here.decide(null, UNKNOWN);
                if (released.find(hash, identity) == null) {
                    released.add(here);
                }
            }
        } else {
            Claim previous = first;
            while (previous.next.unit != unit) {
                previous = previous.next;
            }
            previous.next = previous.next.next;
        }
    }

    private Touched touch(Object identity, int hash, Claim first) {
        Touched known = first == null ? released.find(hash, identity) : first.touched;
        if (known != null) {
            return known;
        }
        Touched fresh = new Touched(identity, hash, first);
        if (first != null) {
            first.touched = fresh;
        }
        touched.add(fresh);
        return fresh;
    }

    /** The units that changed what they want and had done so before, sorted. */
    List<Emission> emissions() {
        List<Emission> emissions = emitting.stream()
                .distinct()
                .filter(unit -> !unit.is(Derived.DEAD))
                .sorted()
                .map(unit -> new Emission(unit.definition.name, unit.key(), unit.emissions()))
                .toList();
        emitting = new ArrayList<>();
        return emissions;
    }

    /** The net difference since this was last asked, sorted by owner. */
    List<Change> changes() {
        List<Touched> changed = new ArrayList<>(touched.size());
        List<Run> runs = new ArrayList<>();
        Run run = null;
        for (Touched one : touched) {
            if (!Objects.equals(one.before, one.after())) {
                if (run == null || run.owner != one.owner()) {
                    run = new Run(one.owner(), changed.size());
                    runs.add(run);
                }
                changed.add(one);
                run.to = changed.size();
            }
        }
        runs.sort(BY_OWNER);
        List<Change> sorted = new ArrayList<>(changed.size());
        List<Touched> ofOwner = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            ofOwner.addAll(changed.subList(runs.get(i).from, runs.get(i).to));
            if (i + 1 == runs.size() || runs.get(i + 1).owner != runs.get(i).owner) {
                place(runs.get(i).owner, ofOwner);
                ofOwner.sort(IN_A_UNIT);
                ofOwner.forEach(one -> sorted.add(new Change(one.identity, one.before, one.after())));
                ofOwner.clear();
            }
        }
        return sorted;
    }

    /** Finds out where those stand that a unit wanted before, but that another decided about until now. */
    private static void place(UnitCell owner, List<Touched> changed) {
        if (changed.stream().anyMatch(one -> one.place() == UNKNOWN)) {
            Map<Object, Integer> places = new HashMap<>();
            for (Item item : owner.items()) {
                places.put(item.identity(), places.size());
            }
            changed.stream()
                    .filter(one -> one.place() == UNKNOWN)
                    .forEach(one -> one.placeNow = places.get(one.identity));
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
        touched.forEach(one -> one.decide(null, UNKNOWN));
        touched = new ArrayList<>();
        released = new HashTable<>();
        return sorted(arisen);
    }

    private List<Conflict> sorted(Collection<Conflict> some) {
        return some.stream()
                .sorted(Comparator.comparing((Conflict conflict) -> owner(conflict.identity()))
                        .thenComparing(Conflict::identity, KeyOrder.KEY_ORDER))
                .toList();
    }

    private static boolean disputed(Claim first) {
        for (Claim other = first == null ? null : first.next; other != null; other = other.next) {
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
