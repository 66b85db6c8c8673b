package org.karst.ovsdb.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.karst.ovsdb.Row;
import org.karst.ovsdb.RowChange;

/** The rows of one Open vSwitch that the driver looks at, found by name: a replica's listener keeps it. */
final class SwitchRows {
    static final String DATABASE = "Open_vSwitch";
    static final String ROOT = "Open_vSwitch";
    static final String BRIDGE = "Bridge";
    static final String PORT = "Port";
    static final String INTERFACE = "Interface";
    static final String CONTROLLER = "Controller";
    /** The column that is ours in every table: the switch itself never reads it. */
    static final String EXTERNAL_IDS = "external_ids";

    /** No statistics: they change every five seconds and say nothing that the driver needs. */
    static final Map<String, List<String>> COLUMNS = Map.of(
            ROOT,
            List.of("bridges", "cur_cfg", "next_cfg", EXTERNAL_IDS, "ovs_version"),
            BRIDGE,
            List.of(
                    "name",
                    "datapath_id",
                    "datapath_type",
                    "fail_mode",
                    "protocols",
                    "ports",
                    "controller",
                    "mcast_snooping_enable",
                    "other_config",
                    EXTERNAL_IDS),
            PORT,
            List.of("name", "interfaces", "tag", EXTERNAL_IDS),
            INTERFACE,
            List.of(
                    "name",
                    "type",
                    "options",
                    "ofport",
                    "ofport_request",
                    "mtu",
                    "mtu_request",
                    "mac",
                    "mac_in_use",
                    "admin_state",
                    "link_state",
                    "error",
                    EXTERNAL_IDS,
                    "ifindex"),
            CONTROLLER,
            List.of("target", "connection_mode", "max_backoff", "inactivity_probe", "is_connected"));

    private final Map<String, Map<UUID, Row>> rows = new HashMap<>();
    /** From an interface to its port and from a port to its bridge: the database refers the other way. */
    private final Map<UUID, UUID> owners = new HashMap<>();

    private final Map<String, SortedMap<String, UUID>> names = new HashMap<>();
    private final OpenedDevices devices = new OpenedDevices();

    /**
     * Applies changes.
     *
     * @return the names of the interfaces of which something may be different now, also to which bridge they belong
     */
    NavigableSet<String> apply(List<RowChange> changes) {
        devices.apply(changes);
        Set<UUID> touched = new HashSet<>();
        NavigableSet<String> interfaces = new TreeSet<>();
        // two passes: in one transaction a name or a port may go from one row to another
        changes.forEach(change -> change.before().ifPresent(row -> {
            rows(row.table()).remove(row.uuid());
            row.text("name").ifPresent(name -> names(row.table()).remove(name, row.uuid()));
            removed(row, change.after()).forEach(member -> {
                owners.remove(member, row.uuid());
                touched.add(member);
            });
            if (row.table().equals(INTERFACE)) {
                row.text("name").ifPresent(interfaces::add);
            }
        }));
        changes.forEach(change -> change.after().ifPresent(row -> {
            rows(row.table()).put(row.uuid(), row);
            row.text("name").ifPresent(name -> names(row.table()).put(name, row.uuid()));
            List<UUID> before = change.before().map(SwitchRows::members).orElse(List.of());
            Set<UUID> known = new HashSet<>(before);
            members(row).forEach(member -> {
                if (!known.contains(member)) {
                    owners.put(member, row.uuid());
                    touched.add(member);
                }
            });
            if (row.table().equals(INTERFACE)) {
                row.text("name").ifPresent(interfaces::add);
            }
        }));
        touched.forEach(uuid -> {
            row(INTERFACE, uuid).flatMap(row -> row.text("name")).ifPresent(interfaces::add);
            row(PORT, uuid).ifPresent(port -> port.references("interfaces").forEach(face -> row(INTERFACE, face)
                    .flatMap(row -> row.text("name"))
                    .ifPresent(interfaces::add)));
        });
        return interfaces;
    }

    private static List<UUID> members(Row row) {
        return switch (row.table()) {
            case BRIDGE -> row.references("ports");
            case PORT -> row.references("interfaces");
            default -> List.of();
        };
    }

    private static List<UUID> removed(Row row, Optional<Row> after) {
        List<UUID> members = new ArrayList<>(members(row));
        after.ifPresent(now -> members.removeAll(new HashSet<>(members(now))));
        return members;
    }

    Optional<Row> row(String table, UUID uuid) {
        return Optional.ofNullable(rows(table).get(uuid));
    }

    Optional<Row> named(String table, String name) {
        return Optional.ofNullable(names(table).get(name)).map(rows(table)::get);
    }

    /** All rows of a table that has names, in the order of the names. */
    List<Row> byName(String table) {
        List<Row> found = new ArrayList<>();
        names(table).values().forEach(uuid -> found.add(rows(table).get(uuid)));
        return found;
    }

    /** The one row of the database's root table. */
    Optional<Row> root() {
        return rows(ROOT).values().stream().findFirst();
    }

    /** The bridge that has the port. */
    Optional<Row> bridgeOf(Row port) {
        return Optional.ofNullable(owners.get(port.uuid())).flatMap(uuid -> row(BRIDGE, uuid));
    }

    /** The bridge that has the port that has the interface. */
    Optional<Row> bridgeOfInterface(Row face) {
        return Optional.ofNullable(owners.get(face.uuid()))
                .flatMap(uuid -> row(PORT, uuid))
                .flatMap(this::bridgeOf);
    }

    /** The interface of a port that has one; a bond has more and is nobody's but its maker's. */
    Optional<Row> interfaceOf(Row port) {
        List<UUID> interfaces = port.references("interfaces");
        return interfaces.size() == 1 ? row(INTERFACE, interfaces.get(0)) : Optional.empty();
    }

    /** Whether the switch still listens to a device that is no more, though another has taken its name. */
    boolean deaf(Row face) {
        return devices.replaced(face) && mayBeDeaf(face);
    }

    /** The kernel's datapath notices by itself. */
    private boolean mayBeDeaf(Row face) {
        return bridgeOfInterface(face)
                .flatMap(bridge -> bridge.text("datapath_type"))
                .filter("netdev"::equals)
                .isPresent();
    }

    /** What {@link OpenedDevices} wants remembered of an interface, for a process that has not seen it opened. */
    Optional<String> memory(Row face) {
        return mayBeDeaf(face) ? devices.memory(face) : Optional.empty();
    }

    /** Whether that is not there yet, of an interface by its name. */
    boolean isUnremembered(String name) {
        return named(INTERFACE, name)
                .filter(face -> devices.isUnremembered(face) && mayBeDeaf(face))
                .isPresent();
    }

    /** The OpenFlow numbers that interfaces of a bridge have or have asked for. */
    NavigableSet<Integer> numbers(Row bridge) {
        NavigableSet<Integer> numbers = new TreeSet<>();
        for (UUID port : bridge.references("ports")) {
            for (UUID face :
                    row(PORT, port).map(it -> it.references("interfaces")).orElse(List.of())) {
                row(INTERFACE, face).ifPresent(it -> {
                    numbers.add(number(it));
                    requested(it).ifPresent(numbers::add);
                });
            }
        }
        return numbers;
    }

    /** {@code ofport}, 0 while there is none. */
    static int number(Row face) {
        return face.integer("ofport").map(Math::toIntExact).orElse(0);
    }

    /** {@code ofport_request}. */
    static Optional<Integer> requested(Row face) {
        return face.integer("ofport_request").map(Math::toIntExact);
    }

    private Map<UUID, Row> rows(String table) {
        return rows.computeIfAbsent(table, name -> new HashMap<>());
    }

    private SortedMap<String, UUID> names(String table) {
        return names.computeIfAbsent(table, name -> new TreeMap<>());
    }
}
