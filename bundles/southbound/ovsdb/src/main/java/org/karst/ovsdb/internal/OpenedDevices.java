package org.karst.ovsdb.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
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
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    /** How it is remembered in {@code external_ids} of the interface: the device that the switch has opened. */
    static final String KEY = "karst-opened";
    /** A container that has just started waits for none of this. */
    static final Duration DELAY = Duration.ofSeconds(1);

    /**
     * What the switch has opened.
     *
     * @param device its index when the port got its number; {@link #NONE} when it was gone already
     * @param since when this was seen, in {@link System#nanoTime}
     */
    private record Opened(int device, long since) {}

    private final Map<UUID, Opened> opened = new HashMap<>();

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
                    .ifPresent(row -> opened.putIfAbsent(
                            row.uuid(),
                            new Opened(change.before().isEmpty() ? remembered(row) : device(row), System.nanoTime())));
        }
    }

    /** Of a row that was there before this process: what the one before has seen, else what there is. */
    private static int remembered(Row face) {
        return face.get(SwitchRows.EXTERNAL_IDS)
                .asText(KEY)
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Integer::parseInt)
                .orElse(device(face));
    }

    /** Whether the interface has another device now than the one that was opened. */
    boolean replaced(Row face) {
        Opened then = opened.get(face.uuid());
        int now = device(face);
        return then != null && now != NONE && now != then.device;
    }

    /** Whether the device that was opened is still to be remembered. */
    boolean isUnremembered(Row face) {
        Opened then = opened.get(face.uuid());
        return then != null
                && then.device != NONE
                && then.device == device(face)
                && !face.get(SwitchRows.EXTERNAL_IDS).asText(KEY).equals(Optional.of(Integer.toString(then.device)));
    }

    /** What is to be remembered of the interface: the device that was opened, once it has been so for a moment; else what is there. */
    Optional<String> memory(Row face) {
        return isUnremembered(face) && System.nanoTime() - opened.get(face.uuid()).since >= DELAY.toNanos()
                ? Optional.of(Integer.toString(device(face)))
                : face.get(SwitchRows.EXTERNAL_IDS).asText(KEY);
    }

    private static int device(Row face) {
        return face.integer("ifindex").map(Math::toIntExact).orElse(NONE);
    }
}
