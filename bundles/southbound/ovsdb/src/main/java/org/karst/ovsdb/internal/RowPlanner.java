package org.karst.ovsdb.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.karst.ovsdb.Condition;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.Mutation;
import org.karst.ovsdb.Operation;
import org.karst.ovsdb.Row;

/**
 * The difference between what is wanted and what there is, as operations; none if there is no difference.
 *
 * <p>The mark {@code karst-owner} in {@code external_ids} says what may be removed: rows that Karst made ("karst"). Rows
 * that it found and uses ("adopted") are configured, and when no longer wanted only lose the mark.
 */
final class RowPlanner {
    static final String OWNER = "karst-owner";
    static final String MADE = "karst";
    static final String ADOPTED = "adopted";

    /** Keys that are ours to remove from a map that others write too. */
    private static final String OUR_KEYS = "karst-";

    /** The switch itself gives out small ones first. */
    private static final int LARGEST_NUMBER = 0xfeff;

    private final SwitchRows rows;
    private final boolean removing;
    /** Numbers that this transaction asks for. */
    private final Set<Integer> asked = new HashSet<>();

    private int lastName;

    /**
     * A planner for one transaction.
     *
     * @param removing whether what is not wanted may be removed: not before all that could want it has spoken
     */
    RowPlanner(SwitchRows rows, boolean removing) {
        this.rows = rows;
        this.removing = removing;
    }

    /** It cannot be made as wanted; the message says why and names it. */
    static final class Impossible extends Exception {
        private static final long serialVersionUID = 1L;

        Impossible(String message) {
            super(message);
        }
    }

    /** Whether Karst has marked the row. */
    static boolean isOurs(Row row) {
        return row.get(SwitchRows.EXTERNAL_IDS).asText(OWNER).isPresent();
    }

    List<Operation> bridge(WantedBridge wanted) {
        Optional<Row> found = rows.named(SwitchRows.BRIDGE, wanted.name());
        List<Operation> operations = new ArrayList<>();
        if (found.isEmpty()) {
            insertBridge(wanted, operations);
            return operations;
        }
        Row row = found.get();
        SortedMap<String, Datum> columns = different(row, wanted.columns());
        if (!sameControllers(row, wanted)) {
            columns.put("controller", insertControllers(wanted, operations));
        }
        update(row, columns, operations);
        entries(row, "other_config", wanted.otherConfig(), operations);
        entries(row, SwitchRows.EXTERNAL_IDS, marked(row, wanted.externalIds()), operations);
        return operations;
    }

    private void insertBridge(WantedBridge wanted, List<Operation> operations) {
        String bridge = name("bridge");
        TreeMap<String, Datum> columns = new TreeMap<>(wanted.columns());
        columns.put("name", Datum.text(wanted.name()));
        columns.put("other_config", Datum.map(wanted.otherConfig()));
        columns.put(SwitchRows.EXTERNAL_IDS, Datum.map(with(wanted.externalIds(), MADE)));
        columns.put("controller", insertControllers(wanted, operations));
        // as every bridge it has a port of its own name, by which the host takes part
        columns.put(
                "ports",
                insertPort(
                        new WantedPort(
                                wanted.name(),
                                wanted.name(),
                                new TreeMap<>(),
                                new TreeMap<>(Map.of("type", Datum.text("internal"))),
                                new TreeMap<>(),
                                new TreeMap<>()),
                        operations));
        operations.add(Operation.insert(bridge, SwitchRows.BRIDGE, columns));
        operations.add(Operation.mutateAll(SwitchRows.ROOT, List.of(Mutation.insert("bridges", Datum.named(bridge)))));
    }

    private Datum insertControllers(WantedBridge wanted, List<Operation> operations) {
        List<org.karst.ovsdb.Atom> names = new ArrayList<>();
        for (SortedMap<String, Datum> controller : wanted.controllers()) {
            String name = name("controller");
            operations.add(Operation.insert(name, SwitchRows.CONTROLLER, controller));
            names.add(new org.karst.ovsdb.Atom.NamedUuid(name));
        }
        return new Datum.AtomSet(names);
    }

    private boolean sameControllers(Row bridge, WantedBridge wanted) {
        List<UUID> present = bridge.references("controller");
        Set<SortedMap<String, Datum>> missing = new HashSet<>(wanted.controllers());
        for (UUID uuid : present) {
            Optional<Row> row = rows.row(SwitchRows.CONTROLLER, uuid);
            if (row.isEmpty()
                    || !missing.removeIf(it -> different(row.get(), it).isEmpty())) {
                return false;
            }
        }
        return missing.isEmpty();
    }

    List<Operation> port(WantedPort wanted, boolean bridgeComes) throws Impossible {
        Optional<Row> bridge = rows.named(SwitchRows.BRIDGE, wanted.bridge());
        if (bridge.isEmpty() && !bridgeComes) {
            throw new Impossible(
                    "Port " + wanted.name() + " waits for its bridge " + wanted.bridge() + ", which does not exist.");
        }
        Optional<Row> found = rows.named(SwitchRows.PORT, wanted.name());
        List<Operation> operations = new ArrayList<>();
        if (found.isEmpty()) {
            if (rows.named(SwitchRows.BRIDGE, wanted.name()).isPresent()) {
                throw new Impossible("Port " + wanted.name() + " has the name of a bridge.");
            }
            attach(wanted.bridge(), insertPort(wanted, operations), operations);
            return operations;
        }
        Row port = found.get();
        Row face = rows.interfaceOf(port)
                .orElseThrow(
                        () -> new Impossible("Port " + wanted.name() + " is a bond, which Karst does not change."));
        Optional<Row> present = rows.bridgeOf(port);
        if (present.isPresent() && !present.get().text("name").equals(Optional.of(wanted.bridge()))) {
            String elsewhere = present.get().text("name").orElse("?");
            if (!isOurs(port)) {
                throw new Impossible("Port " + wanted.name() + " is on bridge " + elsewhere
                        + " and was put there by somebody else; it is wanted on " + wanted.bridge() + ".");
            }
            operations.add(detach(present.get(), port));
            attach(wanted.bridge(), Datum.references(List.of(port.uuid())), operations);
        }
        update(port, different(port, wanted.portColumns()), operations);
        entries(port, SwitchRows.EXTERNAL_IDS, marked(port, new TreeMap<>()), operations);
        SortedMap<String, Datum> columns = different(face, wanted.columns());
        Datum options = Datum.map(wanted.options());
        if (!face.get("options").equals(options)) {
            columns.put("options", options);
        }
        if (rows.deaf(face) && SwitchRows.requested(face).orElse(SwitchRows.number(face)) == SwitchRows.number(face)) {
            columns.put("ofport_request", Datum.integer(unusedNumber(present.orElseThrow())));
        }
        update(face, columns, operations);
        SortedMap<String, String> identifiers = marked(port, wanted.externalIds());
        rows.memory(face).ifPresent(device -> identifiers.put(OpenedDevices.KEY, device));
        entries(face, SwitchRows.EXTERNAL_IDS, identifiers, operations);
        return operations;
    }

    /**
     * A number that no port of the bridge has: asking for one makes the switch close the port and open it anew, with the device
     * that bears its name now.
     */
    private int unusedNumber(Row bridge) {
        NavigableSet<Integer> used = rows.numbers(bridge);
        used.addAll(asked);
        int number = LARGEST_NUMBER;
        while (used.contains(number)) {
            number--;
        }
        asked.add(number);
        return number;
    }

    private Datum insertPort(WantedPort wanted, List<Operation> operations) {
        String face = name("interface");
        String port = name("port");
        TreeMap<String, Datum> interfaceColumns = new TreeMap<>(wanted.columns());
        interfaceColumns.put("name", Datum.text(wanted.name()));
        interfaceColumns.put("options", Datum.map(wanted.options()));
        interfaceColumns.put(SwitchRows.EXTERNAL_IDS, Datum.map(with(wanted.externalIds(), MADE)));
        operations.add(Operation.insert(face, SwitchRows.INTERFACE, interfaceColumns));
        TreeMap<String, Datum> portColumns = new TreeMap<>(wanted.portColumns());
        portColumns.put("name", Datum.text(wanted.name()));
        portColumns.put("interfaces", Datum.named(face));
        portColumns.put(SwitchRows.EXTERNAL_IDS, Datum.map(Map.of(OWNER, MADE)));
        operations.add(Operation.insert(port, SwitchRows.PORT, portColumns));
        return Datum.named(port);
    }

    private static void attach(String bridge, Datum port, List<Operation> operations) {
        operations.add(Operation.mutate(
                SwitchRows.BRIDGE,
                Condition.equal("name", Datum.text(bridge)),
                List.of(Mutation.insert("ports", port))));
    }

    private static Operation detach(Row bridge, Row port) {
        return Operation.mutate(
                SwitchRows.BRIDGE,
                Condition.uuid(bridge.uuid()),
                List.of(Mutation.delete("ports", Datum.references(List.of(port.uuid())))));
    }

    /** A port that is no longer wanted. */
    List<Operation> removePort(String name) {
        Optional<Row> found = rows.named(SwitchRows.PORT, name);
        if (found.isEmpty() || !isOurs(found.get())) {
            return List.of();
        }
        Row port = found.get();
        List<Operation> operations = new ArrayList<>();
        Optional<Row> bridge = rows.bridgeOf(port);
        if (made(port) && bridge.isPresent()) {
            if (!bridge.get().text("name").equals(Optional.of(name))) { // else it lives as long as the bridge does
                operations.add(detach(bridge.get(), port));
            }
        } else {
            unmark(port, operations);
            rows.interfaceOf(port).ifPresent(face -> unmark(face, operations));
        }
        return operations;
    }

    /** A bridge that is no longer wanted. */
    List<Operation> removeBridge(String name) throws Impossible {
        Optional<Row> found = rows.named(SwitchRows.BRIDGE, name);
        if (found.isEmpty() || !isOurs(found.get())) {
            return List.of();
        }
        Row bridge = found.get();
        List<Operation> operations = new ArrayList<>();
        if (!made(bridge)) {
            unmark(bridge, operations);
            return operations;
        }
        List<String> foreign = new ArrayList<>();
        for (UUID uuid : bridge.references("ports")) {
            rows.row(SwitchRows.PORT, uuid)
                    .filter(port -> !made(port))
                    .flatMap(port -> port.text("name"))
                    .ifPresent(foreign::add);
        }
        if (!foreign.isEmpty()) {
            throw new Impossible("Bridge " + name + " is no longer wanted but stays: somebody else's ports are on it: "
                    + String.join(", ", foreign) + ".");
        }
        operations.add(Operation.mutateAll(
                SwitchRows.ROOT, List.of(Mutation.delete("bridges", Datum.references(List.of(bridge.uuid()))))));
        return operations;
    }

    private static boolean made(Row row) {
        return row.get(SwitchRows.EXTERNAL_IDS).asText(OWNER).equals(Optional.of(MADE));
    }

    private static void unmark(Row row, List<Operation> operations) {
        Set<String> keys = new HashSet<>(row.textMap(SwitchRows.EXTERNAL_IDS).keySet());
        keys.removeIf(key -> !key.startsWith(OUR_KEYS));
        if (!keys.isEmpty()) {
            operations.add(Operation.mutate(
                    row.table(),
                    Condition.uuid(row.uuid()),
                    List.of(Mutation.deleteKeys(SwitchRows.EXTERNAL_IDS, keys))));
        }
    }

    private static SortedMap<String, String> with(SortedMap<String, String> entries, String owner) {
        TreeMap<String, String> all = new TreeMap<>(entries);
        all.put(OWNER, owner);
        return all;
    }

    private static SortedMap<String, String> marked(Row row, SortedMap<String, String> entries) {
        return with(entries, made(row) ? MADE : ADOPTED);
    }

    private static SortedMap<String, Datum> different(Row row, SortedMap<String, Datum> wanted) {
        TreeMap<String, Datum> different = new TreeMap<>();
        wanted.forEach((column, value) -> {
            if (!row.get(column).equals(value)) {
                different.put(column, value);
            }
        });
        return different;
    }

    private static void update(Row row, SortedMap<String, Datum> columns, List<Operation> operations) {
        if (!columns.isEmpty()) {
            operations.add(Operation.update(row.table(), Condition.uuid(row.uuid()), columns));
        }
    }

    /** Sets entries of a map that others write too, and removes those of ours that are no longer wanted. */
    private void entries(Row row, String column, SortedMap<String, String> wanted, List<Operation> operations) {
        Datum present = row.get(column);
        TreeMap<String, String> set = new TreeMap<>();
        Set<String> delete = new HashSet<>();
        wanted.forEach((key, value) -> {
            if (!present.asText(key).equals(Optional.of(value))) {
                set.put(key, value);
                delete.add(key);
            }
        });
        present.forEachText((key, value) -> {
            if (removing && key.startsWith(OUR_KEYS) && !wanted.containsKey(key)) {
                delete.add(key);
            }
        });
        if (delete.isEmpty()) {
            return;
        }
        List<Mutation> mutations = new ArrayList<>(List.of(Mutation.deleteKeys(column, delete)));
        if (!set.isEmpty()) {
            mutations.add(Mutation.insert(column, Datum.map(set)));
        }
        operations.add(Operation.mutate(row.table(), Condition.uuid(row.uuid()), mutations));
    }

    private String name(String what) {
        lastName++;
        return what + lastName;
    }
}
