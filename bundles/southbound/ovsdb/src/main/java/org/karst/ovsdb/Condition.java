package org.karst.ovsdb;

import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** One clause of a {@code where}: all clauses together must hold for a row (RFC 7047 section 5.1). */
public record Condition(String column, Function function, Datum value) {

    /** How a column is compared with a value. */
    public enum Function {
        LESS("<"),
        LESS_OR_EQUAL("<="),
        EQUAL("=="),
        NOT_EQUAL("!="),
        GREATER_OR_EQUAL(">="),
        GREATER(">"),
        /** The column holds all elements of the value. */
        INCLUDES("includes"),
        /** The column holds no element of the value. */
        EXCLUDES("excludes");

        private final String notation;

        Function(String notation) {
            this.notation = notation;
        }
    }

    public Condition {
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(value, "value");
    }

    /** The row with this identity. */
    public static Condition uuid(UUID uuid) {
        return new Condition("_uuid", Function.EQUAL, Datum.of(new Atom.Uuid(uuid)));
    }

    /** Rows whose column equals the value. */
    public static Condition equal(String column, Datum value) {
        return new Condition(column, Function.EQUAL, value);
    }

    /** Rows whose column includes the value. */
    public static Condition includes(String column, Datum value) {
        return new Condition(column, Function.INCLUDES, value);
    }

    /** The clause in the notation of RFC 7047. */
    public Object notation() {
        return List.of(column, function.notation, value.notation());
    }
}
