package org.karst.ovsdb.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.karst.ovsdb.Row;
import org.karst.ovsdb.RowChange;

/**
 * Which device of the kernel the switch has opened for each system interface. The userspace datapath reads a device by a raw
 * socket that is bound to it; when the device is deleted and another of the same name comes, the switch shows that one's index
 * and state but goes on to listen to the dead one, without a word of error.
 */
final class OpenedDevices {
    private static final Set<String> SYSTEM = Set.of("", "system");
    private static final int NONE = 0;

    /** Index of the device when the port got its number; {@link #NONE} when it was gone already. */
    private final Map<UUID, Integer> opened = new HashMap<>();

    /** Takes note of changes of rows. */
    void apply(List<RowChange> changes) {
        for (RowChange change : changes) {
            change.before()
                    .filter(row -> row.table().equals(SwitchRows.INTERFACE))
                    .filter(row -> change.after().map(SwitchRows::number).orElse(NONE) != SwitchRows.number(row))
                    .ifPresent(row -> opened.remove(row.uuid()));
            change.after()
                    .filter(row -> row.table().equals(SwitchRows.INTERFACE))
                    .filter(row -> SwitchRows.number(row) > 0)
                    .filter(row -> SYSTEM.contains(row.text("type").orElse("")))
                    .ifPresent(row -> opened.putIfAbsent(row.uuid(), device(row)));
        }
    }

    /** Whether the interface has another device now than the one that was opened. */
    boolean replaced(Row face) {
        Integer then = opened.get(face.uuid());
        int now = device(face);
        return then != null && now != NONE && now != then;
    }

    private static int device(Row face) {
        return face.integer("ifindex").map(Math::toIntExact).orElse(NONE);
    }
}
