package org.karst.ovsdb.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.karst.ovsdb.Atom;
import org.karst.ovsdb.Condition;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.Mutation;
import org.karst.ovsdb.Operation;
import org.karst.ovsdb.OvsdbClient;
import org.karst.ovsdb.Row;
import org.karst.ovsdb.RowChange;

/**
 * Makes a switch whose OpenFlow connection is down connect soon, by means of its database alone.
 *
 * <p>Open vSwitch (2.12 to 3.5, lib/rconn.c and ofproto/connmgr.c) waits up to eight seconds between attempts: it takes
 * {@code max_backoff} only when it configures itself while connected, and it does not wait for the peer's hello, which it finds
 * when something else wakes it up. So three things are done: a controller that is not connected when the database was read gets
 * another target for a moment, after which the switch connects at once; until it is connected the switch is woken up; and
 * when it is, it configures itself once more. Confined to the client's event loop.
 */
final class Reconnection {
    /** Leads nowhere. It has to be one that the switch tries: with a target that it refuses it has no controller, and drops all flows. */
    private static final String DETOUR = "tcp:127.0.0.1:9";

    private static final long PERIOD_MILLISECONDS = 50;
    private static final int MOST_WAKE_UPS = 60;

    private final OvsdbClient client;
    private final SwitchRows rows;
    private ScheduledFuture<?> alarm;
    private int wakeUps;

    Reconnection(OvsdbClient client, SwitchRows rows) {
        this.client = client;
        this.rows = rows;
    }

    /** What leads the controllers of these bridges astray that are not connected; nothing while the switch is busy or down. */
    List<Operation> detours(Collection<WantedBridge> bridges) {
        List<Operation> detours = new ArrayList<>();
        Optional<Row> root = rows.root();
        if (root.isEmpty() || !root.get().integer("cur_cfg").equals(root.get().integer("next_cfg"))) {
            return detours;
        }
        for (WantedBridge bridge : bridges) {
            rows.named(SwitchRows.BRIDGE, bridge.name()).ifPresent(row -> {
                for (UUID uuid : row.references("controller")) {
                    if (rows.row(SwitchRows.CONTROLLER, uuid)
                            .filter(controller -> !isConnected(controller))
                            .isPresent()) {
                        detours.add(Operation.update(
                                SwitchRows.CONTROLLER, Condition.uuid(uuid), Map.of("target", Datum.text(DETOUR))));
                    }
                }
            });
        }
        return detours;
    }

    /** Wakes the switch up until all its controllers are connected, or for three seconds. */
    void begin() {
        end();
        wakeUps = 0;
        alarm = client.loop()
                .scheduleWithFixedDelay(this::wakeUp, PERIOD_MILLISECONDS, PERIOD_MILLISECONDS, TimeUnit.MILLISECONDS);
    }

    void end() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }

    private void wakeUp() {
        wakeUps++;
        configureAgain();
        if (wakeUps == MOST_WAKE_UPS) {
            end();
        }
    }

    /** A controller that is connected now takes {@code max_backoff} from the next configuration. */
    void changed(List<RowChange> changes) {
        for (RowChange change : changes) {
            if (change.after().filter(Reconnection::isConnected).isPresent()
                    && change.before().filter(Reconnection::isConnected).isEmpty()) {
                end();
                configureAgain();
                return;
            }
        }
    }

    private static boolean isConnected(Row row) {
        return row.table().equals(SwitchRows.CONTROLLER)
                && Datum.of(new Atom.Bool(true)).equals(row.get("is_connected"));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is lost with the connection is not missed
    private void configureAgain() {
        client.transact(
                SwitchRows.DATABASE,
                List.of(Operation.mutateAll(
                        SwitchRows.ROOT, List.of(new Mutation("next_cfg", Mutation.Mutator.ADD, Datum.integer(1))))));
    }
}
