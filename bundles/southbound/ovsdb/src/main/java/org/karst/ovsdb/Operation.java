package org.karst.ovsdb;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One step of a transaction (RFC 7047 section 5.2). Steps run in order; if one fails, none has happened.
 */
public sealed interface Operation {

    /**
     * Inserts a row.
     *
     * @param name by which other operations of the transaction refer to it ({@link Datum#named}), if any does
     */
    record Insert(String table, SortedMap<String, Datum> row, Optional<String> name) implements Operation {
        public Insert {
            Objects.requireNonNull(table, "table");
            row = sorted(row);
            name.ifPresent(Atom.NamedUuid::new); // checks the form
        }

        @Override
        public Map<String, Object> notation() {
            Map<String, Object> fields = fields("insert", table);
            fields.put("row", Datum.notation(row));
            name.ifPresent(it -> fields.put("uuid-name", it));
            return fields;
        }

        @Override
        public boolean writesOnly(String column) {
            return false;
        }

        @Override
        public String toString() {
            return "insert into " + table;
        }
    }

    /** Reads the columns of the rows that match; no columns named = all. */
    record Select(String table, List<Condition> where, List<String> columns) implements Operation {
        public Select {
            Objects.requireNonNull(table, "table");
            where = List.copyOf(where);
            columns = List.copyOf(columns);
        }

        @Override
        public Map<String, Object> notation() {
            Map<String, Object> fields = fields("select", table);
            fields.put("where", clauses(where));
            if (!columns.isEmpty()) {
                fields.put("columns", columns);
            }
            return fields;
        }

        @Override
        public boolean writesOnly(String column) {
            return true;
        }

        @Override
        public String toString() {
            return "select from " + table;
        }
    }

    /** Sets columns of the rows that match. */
    record Update(String table, List<Condition> where, SortedMap<String, Datum> row) implements Operation {
        public Update {
            Objects.requireNonNull(table, "table");
            where = List.copyOf(where);
            row = sorted(row);
        }

        @Override
        public Map<String, Object> notation() {
            Map<String, Object> fields = fields("update", table);
            fields.put("where", clauses(where));
            fields.put("row", Datum.notation(row));
            return fields;
        }

        @Override
        public boolean writesOnly(String column) {
            return row.keySet().equals(Set.of(column));
        }

        @Override
        public String toString() {
            return "update of " + table;
        }
    }

    /** Changes columns of the rows that match in place. */
    record Mutate(String table, List<Condition> where, List<Mutation> mutations) implements Operation {
        public Mutate {
            Objects.requireNonNull(table, "table");
            where = List.copyOf(where);
            mutations = List.copyOf(mutations);
        }

        @Override
        public Map<String, Object> notation() {
            Map<String, Object> fields = fields("mutate", table);
            fields.put("where", clauses(where));
            fields.put("mutations", mutations.stream().map(Mutation::notation).toList());
            return fields;
        }

        @Override
        public boolean writesOnly(String column) {
            return mutations.stream().allMatch(mutation -> mutation.column().equals(column));
        }

        @Override
        public String toString() {
            return "mutate of " + table;
        }
    }

    /** Deletes the rows that match. */
    record Delete(String table, List<Condition> where) implements Operation {
        public Delete {
            Objects.requireNonNull(table, "table");
            where = List.copyOf(where);
        }

        @Override
        public Map<String, Object> notation() {
            Map<String, Object> fields = fields("delete", table);
            fields.put("where", clauses(where));
            return fields;
        }

        @Override
        public boolean writesOnly(String column) {
            return false;
        }

        @Override
        public String toString() {
            return "delete from " + table;
        }
    }

    /**
     * Lets the transaction go on only if the rows that match are ({@code equal}) or are not exactly those given, in the
     * columns given.
     *
     * @param timeoutMilliseconds how long the server may wait for it; 0 = it must hold now
     */
    record Wait(
            String table,
            List<Condition> where,
            List<String> columns,
            boolean equal,
            List<SortedMap<String, Datum>> rows,
            long timeoutMilliseconds)
            implements Operation {
        public Wait {
            Objects.requireNonNull(table, "table");
            where = List.copyOf(where);
            columns = List.copyOf(columns);
            rows = rows.stream().map(Operation::sorted).toList();
            if (timeoutMilliseconds < 0) {
                throw new IllegalArgumentException("A wait of " + timeoutMilliseconds + " ms is not possible.");
            }
        }

        @Override
        public Map<String, Object> notation() {
            Map<String, Object> fields = fields("wait", table);
            fields.put("timeout", timeoutMilliseconds);
            fields.put("where", clauses(where));
            fields.put("columns", columns);
            fields.put("until", equal ? "==" : "!=");
            fields.put("rows", rows.stream().map(Datum::notation).toList());
            return fields;
        }

        @Override
        public boolean writesOnly(String column) {
            return true;
        }

        @Override
        public String toString() {
            return "wait on " + table;
        }
    }

    /** Writes a remark into the database's log, for the human who reads it. */
    record Comment(String text) implements Operation {
        public Comment {
            Objects.requireNonNull(text, "text");
        }

        @Override
        public Map<String, Object> notation() {
            return new LinkedHashMap<>(Map.of("op", "comment", "comment", text));
        }

        @Override
        public boolean writesOnly(String column) {
            return true;
        }

        @Override
        public String toString() {
            return "comment";
        }
    }

    /** Fails the transaction unless this connection holds the lock. */
    record AssertLock(String lock) implements Operation {
        public AssertLock {
            Objects.requireNonNull(lock, "lock");
        }

        @Override
        public Map<String, Object> notation() {
            return new LinkedHashMap<>(Map.of("op", "assert", "lock", lock));
        }

        @Override
        public boolean writesOnly(String column) {
            return true;
        }

        @Override
        public String toString() {
            return "assertion of lock " + lock;
        }
    }

    /** The operation in the notation of RFC 7047. */
    Map<String, Object> notation();

    /** Whether it leaves everything but this column of some rows as it is. */
    boolean writesOnly(String column);

    /** Inserts a row that nothing else in the transaction refers to. */
    static Insert insert(String table, Map<String, Datum> row) {
        return new Insert(table, new TreeMap<>(row), Optional.empty());
    }

    /** Inserts a row that other operations refer to by name. */
    static Insert insert(String name, String table, Map<String, Datum> row) {
        return new Insert(table, new TreeMap<>(row), Optional.of(name));
    }

    /** Sets columns of the rows that match. */
    static Update update(String table, Condition where, Map<String, Datum> row) {
        return new Update(table, List.of(where), new TreeMap<>(row));
    }

    /** Changes columns of the rows that match in place. */
    static Mutate mutate(String table, Condition where, List<Mutation> mutations) {
        return new Mutate(table, List.of(where), mutations);
    }

    /** Changes columns of all rows of the table in place: the root tables have one row. */
    static Mutate mutateAll(String table, List<Mutation> mutations) {
        return new Mutate(table, List.of(), mutations);
    }

    private static SortedMap<String, Datum> sorted(Map<String, Datum> row) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(row));
    }

    private static Map<String, Object> fields(String name, String table) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("op", name);
        fields.put("table", table);
        return fields;
    }

    private static List<Object> clauses(List<Condition> where) {
        List<Object> clauses = new ArrayList<>(where.size());
        where.forEach(condition -> clauses.add(condition.notation()));
        return clauses;
    }
}
