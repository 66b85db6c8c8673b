package org.karst.ovsdb;

import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * One indivisible value of OVSDB (RFC 7047 section 5.1, {@code <atom>}).
 *
 * <p>Atoms are ordered by kind and then by value, so that sets and maps of them have one canonical order.
 */
public sealed interface Atom extends Comparable<Atom> {

    /** A signed 64-bit integer. */
    record Int(long value) implements Atom {
        @Override
        public Object notation() {
            return value;
        }

        @Override
        public AtomType type() {
            return AtomType.INTEGER;
        }

        @Override
        public int compareTo(Atom other) {
            return other instanceof Int that ? Long.compare(value, that.value) : compareTypes(this, other);
        }

        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** A finite IEEE 754 double; OVSDB knows neither NaN nor infinities. */
    record Real(double value) implements Atom {
        public Real {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("OVSDB has no number " + value + ": a real must be finite.");
            }
            value = value == 0.0 ? 0.0 : value; // one zero, or equal datums would have two notations
        }

        @Override
        public Object notation() {
            return value;
        }

        @Override
        public AtomType type() {
            return AtomType.REAL;
        }

        @Override
        public int compareTo(Atom other) {
            return other instanceof Real that ? Double.compare(value, that.value) : compareTypes(this, other);
        }

        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    /** A boolean. */
    record Bool(boolean value) implements Atom {
        @Override
        public Object notation() {
            return value;
        }

        @Override
        public AtomType type() {
            return AtomType.BOOLEAN;
        }

        @Override
        public int compareTo(Atom other) {
            return other instanceof Bool that ? Boolean.compare(value, that.value) : compareTypes(this, other);
        }

        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** A string. */
    record Text(String value) implements Atom {
        public Text {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public Object notation() {
            return value;
        }

        @Override
        public AtomType type() {
            return AtomType.STRING;
        }

        @Override
        public int compareTo(Atom other) {
            return other instanceof Text that ? value.compareTo(that.value) : compareTypes(this, other);
        }

        @Override
        public String toString() {
            return value;
        }
    }

    /** A reference to an existing row. */
    record Uuid(UUID value) implements Atom {
        public Uuid {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public Object notation() {
            return List.of("uuid", value.toString());
        }

        @Override
        public AtomType type() {
            return AtomType.UUID;
        }

        @Override
        public int compareTo(Atom other) {
            return other instanceof Uuid that ? value.compareTo(that.value) : compareTypes(this, other);
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /**
     * A reference to a row that the same transaction inserts under this name (RFC 7047 section 5.1,
     * {@code <named-uuid>}): a letter or underscore, then letters, digits and underscores.
     */
    record NamedUuid(String name) implements Atom {
        public NamedUuid {
            if (!isName(name)) {
                throw new IllegalArgumentException(
                        "\"" + name
                                + "\" cannot name a row of a transaction: only letters, digits and underscores, no digit first.");
            }
        }

        @Override
        public Object notation() {
            return List.of("named-uuid", name);
        }

        @Override
        public AtomType type() {
            return AtomType.UUID;
        }

        @Override
        public int compareTo(Atom other) {
            if (other instanceof NamedUuid that) {
                return name.compareTo(that.name);
            }
            return other instanceof Uuid ? 1 : compareTypes(this, other);
        }

        @Override
        public String toString() {
            return name;
        }

        private static boolean isName(String name) {
            return !name.isEmpty()
                    && name.chars().allMatch(c -> c == '_' || (c < 128 && Character.isLetterOrDigit(c)))
                    && !Character.isDigit(name.charAt(0));
        }
    }

    /** The kind of this atom. */
    AtomType type();

    /** This atom in the notation of RFC 7047 section 5.1, as plain Java lists, strings, numbers and booleans. */
    Object notation();

    /**
     * Reads an atom from its notation.
     *
     * @throws OvsdbException if it is none
     */
    static Atom read(Object notation) {
        if (notation instanceof String text) {
            return new Text(text);
        }
        if (notation instanceof Long number) {
            return new Int(number);
        }
        if (notation instanceof Boolean flag) {
            return new Bool(flag);
        }
        if (notation instanceof Double number && Double.isFinite(number)) {
            return new Real(number);
        }
        if (notation instanceof List<?> pair && pair.size() == 2 && pair.get(1) instanceof String id) {
            if ("uuid".equals(pair.get(0))) {
                return new Uuid(readUuid(id));
            }
            if ("named-uuid".equals(pair.get(0)) && NamedUuid.isName(id)) {
                return new NamedUuid(id);
            }
        }
        throw OvsdbException.malformed("an atom", notation);
    }

    /**
     * Reads a UUID in its one canonical form of 36 characters.
     *
     * @throws OvsdbException if it has another form
     */
    static UUID readUuid(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            // fromString also takes shortened groups, which would make two spellings of one row
            if (uuid.toString().equalsIgnoreCase(text)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            throw OvsdbException.malformed("a UUID", text);
        }
        throw OvsdbException.malformed("a UUID", text);
    }

    private static int compareTypes(Atom one, Atom other) {
        int byType = one.type().compareTo(other.type());
        return byType != 0 ? byType : one instanceof Uuid ? -1 : 1;
    }
}
