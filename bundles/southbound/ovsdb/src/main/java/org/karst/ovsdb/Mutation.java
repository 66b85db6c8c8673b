package org.karst.ovsdb;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** One change in place of a column (RFC 7047 section 5.1, {@code <mutation>}). */
public record Mutation(String column, Mutator mutator, Datum value) {

    /** What is done to the column. */
    public enum Mutator {
        ADD("+="),
        SUBTRACT("-="),
        MULTIPLY("*="),
        DIVIDE("/="),
        REMAINDER("%="),
        /** Adds elements; of a map only those whose key is not there yet. */
        INSERT("insert"),
        /** Removes elements; of a map by key (a set of keys) or by key and value (a map). */
        DELETE("delete");

        private final String notation;

        Mutator(String notation) {
            this.notation = notation;
        }
    }

    public Mutation {
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(mutator, "mutator");
        Objects.requireNonNull(value, "value");
    }

    /** Adds elements to a set, or entries with new keys to a map. */
    public static Mutation insert(String column, Datum value) {
        return new Mutation(column, Mutator.INSERT, value);
    }

    /** Removes elements from a set, or entries from a map. */
    public static Mutation delete(String column, Datum value) {
        return new Mutation(column, Mutator.DELETE, value);
    }

    /**
     * Two mutations that set entries of a map of strings and leave all others alone: {@code insert} does not replace a
     * value, so the keys are deleted first.
     */
    public static List<Mutation> put(String column, Map<String, String> entries) {
        return List.of(deleteKeys(column, entries.keySet()), insert(column, Datum.map(entries)));
    }

    /** Removes the entries with these keys from a map of strings. */
    public static Mutation deleteKeys(String column, Set<String> keys) {
        List<Atom> atoms = keys.stream().<Atom>map(Atom.Text::new).toList();
        return delete(column, new Datum.AtomSet(atoms));
    }

    /** The mutation in the notation of RFC 7047. */
    public Object notation() {
        return List.of(column, mutator.notation, value.notation());
    }
}
