package org.karst.ovsdb.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.Mutation;
import org.karst.ovsdb.Operation;
import org.karst.ovsdb.OperationResult;
import org.karst.ovsdb.OvsdbClient;
import org.karst.ovsdb.OvsdbException;
import org.karst.ovsdb.ReplicaListener;
import org.karst.ovsdb.Row;
import org.karst.ovsdb.RowChange;

/**
 * Makes one Open vSwitch have the bridges and ports that are wanted, and keeps it so.
 *
 * <p>One transaction is on its way at a time, until the switch has taken it: whatever a transaction touches, the switch looks at
 * all its ports again, and while it does that it installs no flows. What becomes wanted meanwhile waits by name, so many ports
 * that wait together go in one transaction, and a port that changed its mind goes once. A switch that is not there to take
 * anything holds up its database for {@value #TAKING_MILLISECONDS} ms only. Each such transaction counts {@code next_cfg} up; a revision
 * is acknowledged when {@code cur_cfg} has reached it, that is when the switch itself has taken the change. A transaction that writes
 * {@code external_ids} alone is none of the switch's business: it does not monitor that column (bridge_init in vswitchd/bridge.c), and
 * is not asked to look.
 *
 * <p>A transaction that is refused is halved until the one row that spoils it is alone; that one is reported and tried again
 * later, and holds up nobody.
 *
 * <p>All methods are called on the client's event loop.
 */
public final class SwitchConfigurator implements ReplicaListener {

    /** Which row; bridges come before ports. */
    public record RowName(Kind kind, String name) implements Comparable<RowName> {
        /** The kinds of row. */
        public enum Kind {
            BRIDGE,
            PORT
        }

        @Override
        public int compareTo(RowName other) {
            int byKind = kind.compareTo(other.kind);
            return byKind != 0 ? byKind : name.compareTo(other.name);
        }
    }

    /** Hears what comes of it. */
    public interface Listener {
        /** Something about these interfaces may be different now. */
        void observed(SortedSet<String> interfaces);

        /** Whether the rows observed are what the switch has now. */
        void synced(boolean synced);

        /** All that was wanted up to this revision is true, or is reported as failed. */
        void acknowledged(long revision);

        /** A row cannot be made as wanted; an empty sentence: it could at last. */
        void reported(RowName row, String sentence);
    }

    private static final int MOST_ROWS = 2000;
    private static final long RETRY_MILLISECONDS = 5000;
    private static final long TAKING_MILLISECONDS = 100;
    private static final long LONGEST_HOLD_MILLISECONDS = 1000;

    private record Awaited(long configuration, long revision) {}

    private final OvsdbClient client;
    private final ScheduledExecutorService loop;
    private final Listener listener;
    private final SwitchRows rows = new SwitchRows();
    private final TreeMap<String, WantedBridge> bridges = new TreeMap<>();
    private final TreeMap<String, TreeMap<String, String>> entries = new TreeMap<>();
    private final TreeMap<String, WantedPort> ports = new TreeMap<>();
    private final TreeSet<RowName> waiting = new TreeSet<>();
    private final Map<RowName, String> failures = new HashMap<>();
    private final Deque<Awaited> awaited = new ArrayDeque<>();
    private boolean synced;
    private boolean inFlight;
    /** Whether the switch is given time to take the last transaction. */
    private boolean taking;

    private long transactions;
    private boolean removing;
    private int limit = MOST_ROWS;
    private long revision;
    private long acknowledged = -1;
    private Future<?> retry;
    private Future<?> remembering;
    /** A configuration that the switch has to take before anything more is sent. */
    private long held;

    private final Reconnection reconnection;

    /** A configurator that wants nothing yet; the caller starts the replica with it as listener. */
    public SwitchConfigurator(OvsdbClient client, Listener listener) {
        this.client = client;
        this.loop = client.loop();
        this.listener = listener;
        this.reconnection = new Reconnection(client, rows);
    }

    /** A bridge is wanted so; null: no longer. */
    public void want(String name, WantedBridge bridge) {
        put(bridges, name, bridge);
        waiting.add(new RowName(RowName.Kind.BRIDGE, name));
    }

    /** An entry of a bridge's external_ids is wanted beside those of the bridge itself; null: no longer. */
    public void wantEntry(String bridge, String key, String value) {
        put(entries.computeIfAbsent(bridge, name -> new TreeMap<>()), key, value);
        waiting.add(new RowName(RowName.Kind.BRIDGE, bridge));
    }

    /** A port is wanted so; null: no longer. */
    public void want(String name, WantedPort port) {
        put(ports, name, port);
        waiting.add(new RowName(RowName.Kind.PORT, name));
    }

    private static <V> void put(Map<String, V> map, String name, V value) {
        if (value == null) {
            map.remove(name);
        } else {
            map.put(name, value);
        }
    }

    /** All wants up to this revision were made known. */
    public void settle(long upTo) {
        revision = Math.max(revision, upTo);
        pump();
    }

    /** From now on rows of ours that nobody wants may be removed. */
    public void allowRemoval() {
        if (!removing) {
            removing = true;
            waitForAll();
            pump();
        }
    }

    /** Whether no row is wanted. */
    boolean wantsNothing() {
        return bridges.isEmpty() && ports.isEmpty();
    }

    /** Whether no row is wanted and those that were may be removed. */
    boolean removesAll() {
        return removing && wantsNothing();
    }

    /** The rows as observed. */
    SwitchRows rows() {
        return rows;
    }

    @Override
    public void changed(List<RowChange> changes) {
        SortedSet<String> interfaces = rows.apply(changes);
        for (RowChange change : changes) {
            change.before().ifPresent(this::touched);
            change.after().ifPresent(this::touched);
        }
        listener.observed(interfaces);
        reconnection.changed(changes);
        acknowledge();
        pump();
        rememberLater(interfaces);
    }

    /** Which devices the switch has opened is written down when nobody waits for it any more, of many ports at once. */
    private void rememberLater(Collection<String> interfaces) {
        if (remembering == null
                && interfaces.stream().anyMatch(name -> ports.containsKey(name) && rows.isUnremembered(name))) {
            remembering = loop.schedule(this::remember, OpenedDevices.DELAY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void remember() {
        remembering = null;
        List<String> names =
                ports.keySet().stream().filter(rows::isUnremembered).toList();
        names.forEach(name -> waiting.add(new RowName(RowName.Kind.PORT, name)));
        pump();
        rememberLater(names);
    }

    @Override
    public void synced() {
        synced = true;
        waitForAll();
        listener.synced(true);
        pump();
        hasten();
    }

    /** A switch that waits before it connects again is made to connect now. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are dealt with inside
    private void hasten() {
        List<Operation> detours = inFlight ? List.of() : reconnection.detours(bridges.values());
        if (detours.isEmpty()) {
            return;
        }
        inFlight = true;
        transact(detours, "connect now").whenComplete((configuration, failure) -> {
            inFlight = false;
            if (failure == null) {
                held = configuration;
                reconnection.begin();
                loop.schedule(
                        () -> {
                            held = 0;
                            pump();
                        },
                        LONGEST_HOLD_MILLISECONDS,
                        TimeUnit.MILLISECONDS);
            }
            // The rows are not as they are wanted now, so what follows is to put them right.
            pump();
        });
    }

    /** Sends a transaction; the result is the configuration that the switch has to take, 0 if nothing in it is for the switch. */
    private CompletionStage<Long> transact(List<Operation> operations, String comment) {
        List<Operation> transaction = new ArrayList<>(operations);
        if (operations.stream().allMatch(operation -> operation.writesOnly(SwitchRows.EXTERNAL_IDS))) {
            transaction.add(new Operation.Comment("karst: " + comment));
            return client.transact(SwitchRows.DATABASE, transaction).thenApply(results -> 0L);
        }
        transaction.add(Operation.mutateAll(
                SwitchRows.ROOT, List.of(new Mutation("next_cfg", Mutation.Mutator.ADD, Datum.integer(1)))));
        transaction.add(new Operation.Select(SwitchRows.ROOT, List.of(), List.of("next_cfg")));
        transaction.add(new Operation.Comment("karst: " + comment));
        return client.transact(SwitchRows.DATABASE, transaction)
                .thenApply(results -> nextConfiguration(results, operations.size() + 1));
    }

    @Override
    public void stale() {
        synced = false;
        awaited.clear();
        taking = false;
        held = 0;
        reconnection.end();
        listener.synced(false);
    }

    /** A row that changed under our hands is looked at again, and so are those that wait for it. */
    private void touched(Row row) {
        switch (row.table()) {
            case SwitchRows.BRIDGE ->
                row.text("name").ifPresent(name -> {
                    waiting.add(new RowName(RowName.Kind.BRIDGE, name));
                    failures.keySet().stream()
                            .filter(failed -> failed.kind() == RowName.Kind.PORT)
                            .forEach(waiting::add);
                });
            case SwitchRows.PORT, SwitchRows.INTERFACE ->
                row.text("name").ifPresent(name -> waiting.add(new RowName(RowName.Kind.PORT, name)));
            case SwitchRows.CONTROLLER ->
                bridges.keySet().forEach(name -> waiting.add(new RowName(RowName.Kind.BRIDGE, name)));
            default -> {}
        }
    }

    private void waitForAll() {
        bridges.keySet().forEach(name -> waiting.add(new RowName(RowName.Kind.BRIDGE, name)));
        ports.keySet().forEach(name -> waiting.add(new RowName(RowName.Kind.PORT, name)));
        for (Row row : rows.byName(SwitchRows.BRIDGE)) {
            row.text("name").ifPresent(name -> waiting.add(new RowName(RowName.Kind.BRIDGE, name)));
        }
        for (Row row : rows.byName(SwitchRows.PORT)) {
            row.text("name").ifPresent(name -> waiting.add(new RowName(RowName.Kind.PORT, name)));
        }
    }

    /** Takes what waits, as far as it fits, and sends the difference; what failed before goes alone, after all else. */
    private void pump() {
        while (synced && !inFlight && !taking && configuration("cur_cfg") >= held) {
            Batch batch = new Batch();
            for (RowName row : List.copyOf(waiting)) {
                if (batch.planned == limit) {
                    break;
                }
                if (!failures.containsKey(row)) {
                    batch.take(row);
                }
            }
            if (batch.planned == 0 && !waiting.isEmpty()) {
                batch.take(waiting.first());
            }
            if (batch.planned > 0) {
                send(batch);
            } else if (waiting.isEmpty()) {
                reached(revision);
                return;
            }
        }
    }

    /** What goes in one transaction. */
    private final class Batch {
        private final RowPlanner planner = new RowPlanner(rows, removing);
        private final List<Operation> operations = new ArrayList<>();
        private final List<RowName> taken = new ArrayList<>();
        private int planned;

        void take(RowName row) {
            waiting.remove(row);
            List<Operation> steps = plan(planner, row);
            if (!steps.isEmpty()) {
                taken.add(row);
                operations.addAll(steps);
                planned++;
            }
        }
    }

    private List<Operation> plan(RowPlanner planner, RowName row) {
        try {
            List<Operation> steps =
                    switch (row.kind()) {
                        case BRIDGE -> planBridge(planner, row.name());
                        case PORT -> planPort(planner, row.name());
                    };
            if (steps.isEmpty()) {
                report(row, "");
            }
            return steps;
        } catch (RowPlanner.Impossible e) {
            report(row, e.getMessage());
            return List.of();
        }
    }

    private List<Operation> planBridge(RowPlanner planner, String name) throws RowPlanner.Impossible {
        WantedBridge wanted = bridges.get(name);
        if (wanted != null) {
            return planner.bridge(wanted.with(entries.getOrDefault(name, new TreeMap<>())));
        }
        return removing ? planner.removeBridge(name) : List.of();
    }

    private List<Operation> planPort(RowPlanner planner, String name) throws RowPlanner.Impossible {
        WantedPort wanted = ports.get(name);
        if (wanted != null) {
            // a bridge that is wanted and not there yet comes in this transaction or has failed; its row comes first
            boolean bridgeComes = bridges.containsKey(wanted.bridge())
                    && !failures.containsKey(new RowName(RowName.Kind.BRIDGE, wanted.bridge()));
            return planner.port(wanted, bridgeComes);
        }
        return removing && !bridges.containsKey(name) ? planner.removePort(name) : List.of();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are dealt with inside
    private void send(Batch batch) {
        inFlight = true;
        long covers = waiting.isEmpty() ? revision : -1;
        transact(batch.operations, summary(batch.taken)).whenComplete((configuration, failure) -> {
            inFlight = false;
            if (failure == null) {
                limit = Math.min(MOST_ROWS, limit * 2);
                awaited.add(new Awaited(configuration, covers));
                if (configuration > 0) {
                    letTake();
                }
                acknowledge();
            } else {
                refused(batch.taken, failure instanceof CompletionException ? failure.getCause() : failure);
            }
            pump();
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody cancels it
    private void letTake() {
        taking = true;
        long number = ++transactions;
        loop.schedule(
                () -> {
                    if (taking && transactions == number) {
                        taking = false;
                        pump();
                    }
                },
                TAKING_MILLISECONDS,
                TimeUnit.MILLISECONDS);
    }

    private static long nextConfiguration(List<OperationResult> results, int select) {
        return results.get(select).rows().stream()
                .findFirst()
                .flatMap(row -> Optional.ofNullable(row.get("next_cfg")).flatMap(Datum::asInteger))
                .orElse(0L);
    }

    private void refused(List<RowName> taken, Throwable failure) {
        waiting.addAll(taken);
        if (failure instanceof OvsdbException e
                && List.of("connection lost", "not connected", "no answer").contains(e.error())) {
            synced = false; // what became of it is unknown until the replica is true again
        } else if (taken.size() > 1) {
            limit = taken.size() / 2;
        } else {
            RowName culprit = taken.get(0);
            waiting.remove(culprit);
            limit = MOST_ROWS;
            report(culprit, describe(culprit) + " was refused by the switch's database: " + failure.getMessage());
        }
    }

    private static String describe(RowName row) {
        return switch (row.kind()) {
            case BRIDGE -> "Bridge " + row.name();
            case PORT -> "Port " + row.name();
        };
    }

    private void report(RowName row, String sentence) {
        String before = sentence.isEmpty() ? failures.remove(row) : failures.put(row, sentence);
        if (!sentence.equals(before == null ? "" : before)) {
            listener.reported(row, sentence);
        }
        if (!sentence.isEmpty()) {
            retryLater();
        }
    }

    private void retryLater() {
        if (retry == null) {
            retry = loop.schedule(
                    () -> {
                        retry = null;
                        waiting.addAll(failures.keySet());
                        pump();
                    },
                    RETRY_MILLISECONDS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void acknowledge() {
        long current = configuration("cur_cfg");
        while (!awaited.isEmpty() && awaited.peek().configuration() <= current) {
            acknowledge(awaited.poll().revision());
        }
        taking &= !awaited.isEmpty();
    }

    /** Nothing differs any more: true as soon as the switch has taken what is on its way. */
    private void reached(long upTo) {
        if (awaited.isEmpty()) {
            awaited.add(new Awaited(configuration("next_cfg"), upTo));
        } else {
            Awaited last = awaited.pollLast();
            awaited.add(new Awaited(last.configuration(), Math.max(last.revision(), upTo)));
        }
        acknowledge();
    }

    private long configuration(String column) {
        return rows.root().flatMap(root -> root.integer(column)).orElse(0L);
    }

    private void acknowledge(long upTo) {
        if (upTo > acknowledged) {
            acknowledged = upTo;
            listener.acknowledged(upTo);
        }
    }

    private static String summary(Collection<RowName> taken) {
        List<String> names = taken.stream().map(RowName::name).limit(8).toList();
        return String.join(" ", names)
                + (taken.size() > names.size() ? " and " + (taken.size() - names.size()) + " more" : "");
    }
}
