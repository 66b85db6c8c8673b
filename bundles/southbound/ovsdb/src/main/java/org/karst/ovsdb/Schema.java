package org.karst.ovsdb;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tables and columns of a database, as far as a client needs them (RFC 7047 section 3.2).
 *
 * @param name of the database
 * @param version of the schema, "x.y.z"
 * @param tables by name
 */
public record Schema(String name, String version, SortedMap<String, Table> tables) {

    /** A table and its columns by name. */
    public record Table(String name, SortedMap<String, Column> columns) {
        public Table {
            columns = Collections.unmodifiableSortedMap(new TreeMap<>(columns));
        }
    }

    /**
     * A column.
     *
     * @param key the type of the elements, or of the keys of a map
     * @param value the type of the values of a map; absent for sets
     * @param min least number of elements, 0 or 1
     * @param max largest number of elements; {@link Long#MAX_VALUE} = unlimited
     */
    public record Column(String name, AtomType key, Optional<AtomType> value, long min, long max) {

        /**
         * Whether the server tells changes of this column as a difference rather than as the new value (ovsdb-server(7)
         * section 4.1.14).
         */
        public boolean changesByDifference() {
            return max > 1;
        }

        /**
         * The value as this column's type has it: a whole number in a column of reals is a real, an empty value is an
         * empty map in a column of maps.
         *
         * @throws OvsdbException if the value does not fit the column
         */
        public Datum conform(Datum datum) {
            if (value.isPresent() && datum instanceof Datum.AtomMap map) {
                TreeMap<Atom, Atom> entries = new TreeMap<>();
                map.entries().forEach((k, v) -> entries.put(conform(k, key), conform(v, value.get())));
                return new Datum.AtomMap(entries);
            }
            if (value.isEmpty() && datum instanceof Datum.AtomSet set) {
                return new Datum.AtomSet(
                        set.atoms().stream().map(atom -> conform(atom, key)).toList());
            }
            if (value.isPresent() && datum.isEmpty()) {
                return new Datum.AtomMap(new TreeMap<>());
            }
            throw OvsdbException.malformed("a value for column " + name, datum);
        }

        /** The value of a row that was inserted without this column (RFC 7047 section 5.2.1). */
        public Datum defaultValue() {
            if (value.isPresent()) {
                return new Datum.AtomMap(new TreeMap<>());
            }
            return min == 0 ? Datum.none() : Datum.of(key.defaultAtom());
        }

        private Atom conform(Atom atom, AtomType type) {
            if (type == AtomType.REAL && atom instanceof Atom.Int number) {
                return new Atom.Real(number.value());
            }
            if (atom.type() != type) {
                throw OvsdbException.malformed("elements of type " + type.schemaName() + " in column " + name, atom);
            }
            return atom;
        }
    }

    public Schema {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
    }

    /**
     * The table of that name.
     *
     * @throws OvsdbException if the database has none
     */
    public Table table(String table) {
        Table found = tables.get(table);
        if (found == null) {
            throw new OvsdbException(
                    "unknown table",
                    "Database " + name + " (schema " + version + ") has no table " + table
                            + "; is this Open vSwitch too old?");
        }
        return found;
    }

    /**
     * The column of that name.
     *
     * @throws OvsdbException if the table or the column does not exist
     */
    public Column column(String table, String column) {
        Column found = table(table).columns().get(column);
        if (found == null) {
            throw new OvsdbException(
                    "unknown column",
                    "Table " + table + " of database " + name + " (schema " + version + ") has no column " + column
                            + "; is this Open vSwitch too old?");
        }
        return found;
    }

    /**
     * Reads the answer to {@code get_schema}.
     *
     * @throws OvsdbException if it is no schema
     */
    public static Schema read(Object notation) {
        Map<?, ?> schema = object(notation, "a database schema");
        TreeMap<String, Table> tables = new TreeMap<>();
        object(schema.get("tables"), "the tables of a schema").forEach((name, table) -> {
            TreeMap<String, Column> columns = new TreeMap<>();
            object(object(table, "a table schema").get("columns"), "the columns of a table")
                    .forEach((column, definition) ->
                            columns.put(String.valueOf(column), readColumn(String.valueOf(column), definition)));
            tables.put(String.valueOf(name), new Table(String.valueOf(name), columns));
        });
        return new Schema(text(schema.get("name")), text(schema.get("version")), tables);
    }

    private static Column readColumn(String name, Object definition) {
        Object type = object(definition, "a column schema").get("type");
        if (type instanceof String atomic) {
            return new Column(name, AtomType.named(atomic), Optional.empty(), 1, 1);
        }
        Map<?, ?> complex = object(type, "a column type");
        Object max = complex.get("max");
        return new Column(
                name,
                base(complex.get("key")),
                Optional.ofNullable(complex.get("value")).map(Schema::base),
                complex.get("min") instanceof Long least ? least : 1,
                max instanceof Long most ? most : "unlimited".equals(max) ? Long.MAX_VALUE : 1);
    }

    private static AtomType base(Object notation) {
        return AtomType.named(notation instanceof Map<?, ?> complex ? complex.get("type") : notation);
    }

    private static Map<?, ?> object(Object notation, String what) {
        if (notation instanceof Map<?, ?> map) {
            return map;
        }
        throw OvsdbException.malformed(what, notation);
    }

    private static String text(Object notation) {
        if (notation instanceof String text) {
            return text;
        }
        throw OvsdbException.malformed("a string", notation);
    }

    /** The names of databases in the answer to {@code list_dbs}, sorted. */
    static List<String> readNames(Object notation) {
        if (notation instanceof List<?> names && names.stream().allMatch(String.class::isInstance)) {
            return names.stream().map(String.class::cast).sorted().toList();
        }
        throw OvsdbException.malformed("a list of names", notation);
    }
}
