package org.karst.ovsdb;

import java.util.Optional;

/** What happened to one row of a replica in one transaction. */
public sealed interface RowChange {
    /** A row came into being. */
    record Inserted(Row row) implements RowChange {
        @Override
        public Optional<Row> before() {
            return Optional.empty();
        }

        @Override
        public Optional<Row> after() {
            return Optional.of(row);
        }
    }

    /** A row has other values than before. */
    record Modified(Row old, Row row) implements RowChange {
        @Override
        public Optional<Row> before() {
            return Optional.of(old);
        }

        @Override
        public Optional<Row> after() {
            return Optional.of(row);
        }
    }

    /** A row is gone. */
    record Deleted(Row row) implements RowChange {
        @Override
        public Optional<Row> before() {
            return Optional.of(row);
        }

        @Override
        public Optional<Row> after() {
            return Optional.empty();
        }
    }

    /** The row as last known; for a deleted row what it was. */
    Row row();

    /** The row before the transaction; absent for an insertion. */
    Optional<Row> before();

    /** The row after the transaction; absent for a deletion. */
    Optional<Row> after();
}
