package org.karst.incremental;

import java.util.Objects;

/**
 * A typed input table: the place of one kind of fact. The object is the definition only (two tables are the same if they
 * are the same object); its rows live in an {@link Engine}, so one definition may be a constant shared by many engines.
 *
 * @param <K> the type of the keys, with an order that agrees with {@code equals}
 * @param <R> the type of the rows: immutable, compared by {@code equals}
 */
@SuppressWarnings("UnusedTypeParameter") // the type of the rows binds those who write and read them
public final class Table<K extends Comparable<? super K>, R> {
    private final String name;

    private Table(String name) {
        this.name = Names.checked(name);
    }

    /** A new table. The name is for people: explanations, metrics, failures. */
    public static <K extends Comparable<? super K>, R> Table<K, R> named(String name) {
        return new Table<>(name);
    }

    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Checks shared by all definitions. */
    static final class Names {
        private Names() {}

        static String checked(String name) {
            Objects.requireNonNull(name, "a definition needs a name");
            if (name.isBlank()) {
                throw new IllegalArgumentException("a definition needs a name that is not blank");
            }
            return name;
        }
    }
}
