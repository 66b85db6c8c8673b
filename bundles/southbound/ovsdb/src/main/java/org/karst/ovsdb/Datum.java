package org.karst.ovsdb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * The value of one column of one row (RFC 7047 section 5.1, {@code <value>}): a set of atoms or a map of atoms.
 *
 * <p>A scalar is a set of exactly one atom and an absent optional value is the empty set, as in the protocol itself, so
 * that two equal values are always equal datums whatever their notation was.
 */
public sealed interface Datum {

    /** A set of atoms, sorted and without duplicates. */
    record AtomSet(List<Atom> atoms) implements Datum {
        public AtomSet {
            atoms = atoms.size() < 2 ? List.copyOf(atoms) : List.copyOf(new TreeSet<>(atoms));
        }

        @Override
        public Object notation() {
            if (atoms.size() == 1) {
                return atoms.get(0).notation();
            }
            List<Object> members = new ArrayList<>(atoms.size());
            atoms.forEach(atom -> members.add(atom.notation()));
            return List.of("set", members);
        }

        @Override
        public boolean isEmpty() {
            return atoms.isEmpty();
        }

        @Override
        public Datum changedBy(Datum difference) {
            if (!(difference instanceof AtomSet that)) {
                throw new OvsdbException("protocol error", "the server sent a map as the change of a set");
            }
            TreeSet<Atom> result = new TreeSet<>(atoms);
            for (Atom atom : that.atoms) {
                if (!result.remove(atom)) {
                    result.add(atom);
                }
            }
            return new AtomSet(List.copyOf(result));
        }
    }

    /** A map of atoms, sorted by key. */
    record AtomMap(SortedMap<Atom, Atom> entries) implements Datum {
        public AtomMap {
            entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
        }

        @Override
        public Object notation() {
            List<Object> pairs = new ArrayList<>(entries.size());
            entries.forEach((key, value) -> pairs.add(List.of(key.notation(), value.notation())));
            return List.of("map", pairs);
        }

        @Override
        public boolean isEmpty() {
            return entries.isEmpty();
        }

        @Override
        public Datum changedBy(Datum difference) {
            if (!(difference instanceof AtomMap that)) {
                throw new OvsdbException("protocol error", "the server sent a set as the change of a map");
            }
            TreeMap<Atom, Atom> result = new TreeMap<>(entries);
            that.entries.forEach((key, value) -> {
                if (value.equals(result.get(key))) {
                    result.remove(key);
                } else {
                    result.put(key, value);
                }
            });
            return new AtomMap(result);
        }
    }

    /** This value in the notation of RFC 7047 section 5.1, as plain Java lists, strings, numbers and booleans. */
    Object notation();

    /** Whether the set or map has no element. */
    boolean isEmpty();

    /**
     * The value after a change in the form that {@code update2} and {@code update3} use for columns that hold more than
     * one element (ovsdb-server(7), section 4.1.14): of a set the elements that come or go; of a map the entries that
     * come, go, or have this new value.
     *
     * @throws OvsdbException if one is a set and the other a map
     */
    Datum changedBy(Datum difference);

    /** The empty set: no value. */
    static Datum none() {
        return new AtomSet(List.of());
    }

    /** One atom. */
    static Datum of(Atom atom) {
        return new AtomSet(List.of(atom));
    }

    /** One string. */
    static Datum text(String value) {
        return of(new Atom.Text(value));
    }

    /** One integer. */
    static Datum integer(long value) {
        return of(new Atom.Int(value));
    }

    /** One boolean. */
    static Datum bool(boolean value) {
        return of(new Atom.Bool(value));
    }

    /** References to existing rows. */
    static Datum references(Collection<UUID> rows) {
        List<Atom> atoms = new ArrayList<>(rows.size());
        rows.forEach(row -> atoms.add(new Atom.Uuid(row)));
        return new AtomSet(atoms);
    }

    /** A reference to a row that the same transaction inserts. */
    static Datum named(String name) {
        return of(new Atom.NamedUuid(name));
    }

    /** A map of strings to strings, the shape of {@code external_ids}, {@code options} and their like. */
    static Datum map(Map<String, String> entries) {
        TreeMap<Atom, Atom> atoms = new TreeMap<>();
        entries.forEach((key, value) -> atoms.put(new Atom.Text(key), new Atom.Text(value)));
        return new AtomMap(atoms);
    }

    /** The string, if this is exactly one. */
    default Optional<String> asText() {
        return single(Atom.Text.class).map(Atom.Text::value);
    }

    /** The integer, if this is exactly one. */
    default Optional<Long> asInteger() {
        return single(Atom.Int.class).map(Atom.Int::value);
    }

    /** The boolean, if this is exactly one. */
    default Optional<Boolean> asBool() {
        return single(Atom.Bool.class).map(Atom.Bool::value);
    }

    /** The rows that this value refers to, sorted; empty if it holds no references. */
    default List<UUID> asReferences() {
        List<UUID> rows = new ArrayList<>();
        if (this instanceof AtomSet set) {
            for (Atom atom : set.atoms()) {
                if (atom instanceof Atom.Uuid uuid) {
                    rows.add(uuid.value());
                }
            }
        }
        return List.copyOf(rows);
    }

    /** The entries whose key and value are strings, sorted by key; empty if this is no map. */
    default SortedMap<String, String> asTextMap() {
        TreeMap<String, String> entries = new TreeMap<>();
        forEachText(entries::put);
        return Collections.unmodifiableSortedMap(entries);
    }

    /** Visits the entries whose key and value are strings, in the order of the keys. */
    default void forEachText(BiConsumer<? super String, ? super String> visitor) {
        if (this instanceof AtomMap map) {
            map.entries().forEach((key, value) -> {
                if (key instanceof Atom.Text name && value instanceof Atom.Text text) {
                    visitor.accept(name.value(), text.value());
                }
            });
        }
    }

    /** The string under a key that is one, if this is a map and has both. */
    default Optional<String> asText(String key) {
        return this instanceof AtomMap map && map.entries().get(new Atom.Text(key)) instanceof Atom.Text text
                ? Optional.of(text.value())
                : Optional.empty();
    }

    private <A extends Atom> Optional<A> single(Class<A> kind) {
        return this instanceof AtomSet set
                        && set.atoms().size() == 1
                        && kind.isInstance(set.atoms().get(0))
                ? Optional.of(kind.cast(set.atoms().get(0)))
                : Optional.empty();
    }

    /**
     * Reads a value from its notation.
     *
     * @throws OvsdbException if it is none
     */
    static Datum read(Object notation) {
        if (notation instanceof List<?> pair && pair.size() == 2 && pair.get(1) instanceof List<?> members) {
            if ("set".equals(pair.get(0))) {
                List<Atom> atoms = new ArrayList<>(members.size());
                members.forEach(member -> atoms.add(Atom.read(member)));
                return new AtomSet(atoms);
            }
            if ("map".equals(pair.get(0))) {
                TreeMap<Atom, Atom> entries = new TreeMap<>();
                for (Object member : members) {
                    if (!(member instanceof List<?> entry)
                            || entry.size() != 2
                            || entries.put(Atom.read(entry.get(0)), Atom.read(entry.get(1))) != null) {
                        throw OvsdbException.malformed("a map without duplicate keys", notation);
                    }
                }
                return new AtomMap(entries);
            }
        }
        return of(Atom.read(notation));
    }

    /** The notation of a row: column names to values. */
    static Map<String, Object> notation(Map<String, Datum> columns) {
        Map<String, Object> notation = new LinkedHashMap<>();
        new TreeMap<>(columns).forEach((column, datum) -> notation.put(column, datum.notation()));
        return notation;
    }
}
