package org.karst.bench.ovn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.karst.ovsdb.ClientListener;
import org.karst.ovsdb.Condition;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.Endpoint;
import org.karst.ovsdb.Mutation;
import org.karst.ovsdb.Operation;
import org.karst.ovsdb.OvsdbClient;
import org.karst.ovsdb.OvsdbTransport;
import org.karst.ovsdb.ReplicaListener;
import org.karst.ovsdb.Row;
import org.karst.ovsdb.RowChange;

/**
 * One node's switch as a CNI plugin for OVN uses it (ovn-controller(8)): {@code external_ids:iface-id} binds an interface to a
 * logical port, and {@code external_ids:ovn-installed} says that the port's flows are in the switch.
 */
final class Chassis implements AutoCloseable {
    private static final String DATABASE = "Open_vSwitch";
    private static final String INTERFACE = "Interface";
    private static final String IDS = "external_ids";
    private static final String BOUND = "iface-id";
    private static final String INSTALLED = "ovn-installed";

    private final OvsdbClient client;
    private final Installed installed = new Installed();

    /** The interfaces whose flows are installed. */
    private static final class Installed implements ReplicaListener {
        private final Awaiting awaiting = new Awaiting();
        private final Set<String> names = new HashSet<>();

        @Override
        public void changed(List<RowChange> changes) {
            awaiting.change(() -> {
                changes.forEach(change ->
                        change.before().flatMap(row -> row.text("name")).ifPresent(names::remove));
                changes.forEach(change -> change.after()
                        .filter(Installed::isInstalled)
                        .flatMap(row -> row.text("name"))
                        .ifPresent(names::add));
            });
        }

        private static boolean isInstalled(Row row) {
            return "true".equals(row.textMap(IDS).get(INSTALLED));
        }

        @Override
        public void synced() {}

        @Override
        public void stale() {}
    }

    Chassis(OvsdbTransport transport, Path socket) throws IOException, InterruptedException {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        client = transport.connect(new Endpoint.Unix(socket), Northbound.SETTINGS, new ClientListener() {
            @Override
            public void connected() {
                connected.complete(null);
            }

            @Override
            public void disconnected(String reason) {}
        });
        client.monitor(DATABASE, Map.of(INTERFACE, List.of("name", IDS)), installed);
        Northbound.get(connected);
    }

    /** Begins to bind interfaces to logical ports, in one transaction. */
    CompletableFuture<?> bind(Map<String, String> logicalPortsByInterface) {
        List<Operation> operations = new ArrayList<>();
        logicalPortsByInterface.forEach((name, port) -> operations.add(Operation.mutate(
                INTERFACE, named(name), List.of(Mutation.insert(IDS, Datum.map(Map.of(BOUND, port)))))));
        return client.transact(DATABASE, operations);
    }

    /** Begins to unbind interfaces, in one transaction. */
    CompletableFuture<?> unbind(Collection<String> interfaces) {
        List<Operation> operations = new ArrayList<>();
        interfaces.forEach(name -> operations.add(
                Operation.mutate(INTERFACE, named(name), List.of(Mutation.deleteKeys(IDS, Set.of(BOUND))))));
        return client.transact(DATABASE, operations);
    }

    private static Condition named(String name) {
        return Condition.equal("name", Datum.text(name));
    }

    /** Waits until the flows of all these are installed, or those of none of them. */
    void await(Collection<String> interfaces, boolean present) throws InterruptedException {
        installed.awaiting.until(() -> present
                ? installed.names.containsAll(interfaces)
                : interfaces.stream().noneMatch(installed.names::contains));
    }

    @Override
    public void close() {
        client.close();
    }
}
