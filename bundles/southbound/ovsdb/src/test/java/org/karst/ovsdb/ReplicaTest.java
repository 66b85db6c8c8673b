package org.karst.ovsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replicas against a real ovsdb-server: what the listener hears, over good lines and bad ones. */
class ReplicaTest {
    private static final String DATABASE = "Open_vSwitch";
    private static final Map<String, List<String>> COLUMNS = Map.of(
            "Open_vSwitch", List.of("bridges", "external_ids"),
            "Bridge", List.of("name", "ports", "external_ids", "datapath_id", "fail_mode", "stp_enable"),
            "Port", List.of("name", "interfaces", "tag", "trunks"),
            "Interface", List.of("name", "type", "mtu_request", "external_ids"));

    private final OvsdbClientTest.Events events = new OvsdbClientTest.Events();
    private final RecordingListener listener = new RecordingListener();
    private OvsdbTransport transport;
    private OvsdbServer server;

    @BeforeEach
    void start() {
        transport = new OvsdbTransport(1);
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    private OvsdbClient connected(Endpoint endpoint) {
        OvsdbClient client = transport.connect(endpoint, OvsdbClientTest.QUICK, events);
        events.awaitConnected();
        return client;
    }

    @Test
    void tellsInsertionsChangesAndDeletionsInOrder() {
        server = OvsdbServer.standalone();
        server.vsctl("init");
        OvsdbClient client = connected(server.endpoint());
        client.monitor(DATABASE, COLUMNS, listener);
        assertThat(listener.nextChanges()).singleElement().isInstanceOf(RowChange.Inserted.class);
        assertThat(listener.next()).isEqualTo("synced");

        server.vsctl("add-br", "br0");
        List<RowChange> added = listener.nextChanges();
        assertThat(added)
                .extracting(change -> change.row().table())
                .containsExactly("Bridge", "Interface", "Open_vSwitch", "Port");
        Row bridge = added.get(0).row();
        assertThat(bridge.text("name")).contains("br0");
        assertThat(bridge.get("fail_mode")).isEqualTo(Datum.none());
        assertThat(bridge.get("stp_enable").asBool()).contains(false);
        assertThat(bridge.references("ports"))
                .containsExactly(added.get(3).row().uuid());
        assertThat(added.get(2)).isInstanceOfSatisfying(RowChange.Modified.class, change -> assertThat(
                        change.old().references("bridges"))
                .isEmpty());

        server.vsctl("set", "Bridge", "br0", "external_ids:a=1", "external_ids:b=2", "fail_mode=secure");
        assertThat(listener.nextChanges()).singleElement().satisfies(change -> {
            assertThat(change.row().textMap("external_ids")).isEqualTo(Map.of("a", "1", "b", "2"));
            assertThat(change.row().text("fail_mode")).contains("secure");
        });
        // one key goes, one changes, one comes: three kinds of difference in one
        server.vsctl("set", "Bridge", "br0", "external_ids={b=3,c=4}");
        assertThat(listener.nextChanges()).singleElement().satisfies(change -> assertThat(
                        change.row().textMap("external_ids"))
                .isEqualTo(Map.of("b", "3", "c", "4")));

        server.vsctl("del-br", "br0");
        assertThat(listener.nextChanges()).extracting(Object::getClass).contains(RowChange.Deleted.class);
        assertThat(listener.rows("Bridge")).isEmpty();
        assertThat(listener.faults()).isEmpty();
    }

    @Test
    void aMissingColumnIsNamed() {
        server = OvsdbServer.standalone();
        OvsdbClient client = connected(server.endpoint());
        client.monitor(DATABASE, Map.of("Bridge", List.of("name", "colour")), listener);
        assertThat(events.next()).contains("Table Bridge").contains("has no column colour");
    }

    @Test
    void afterItIsClosedItsListenerHearsNothing() {
        server = OvsdbServer.standalone();
        server.vsctl("init");
        OvsdbClient client = connected(server.endpoint());
        Replica replica = client.monitor(DATABASE, COLUMNS, listener);
        listener.awaitHeard("synced");
        replica.close();
        server.vsctl("add-br", "br0");
        OvsdbClientTest.result(client.listDatabases());
        assertThat(listener.quiet()).isTrue();
    }

    @Test
    void aServerThatRemembersSendsOnlyWhatChanged() throws Exception {
        server = OvsdbServer.clustered();
        server.vsctl("init", "--", "add-br", "br0", "--", "add-br", "br1");
        try (FaultyLine line = new FaultyLine(server)) {
            connected(line.endpoint()).monitor(DATABASE, COLUMNS, listener);
            listener.awaitHeard("synced");
            line.breakDown();
            listener.awaitHeard("stale");
            server.vsctl("del-br", "br0", "--", "add-br", "br2");
            line.mend();
            listener.awaitHeard("synced");
            assertThat(listener.rows("Bridge"))
                    .extracting(row -> row.text("name").orElseThrow())
                    .containsExactlyInAnyOrder("br1", "br2");
            assertThat(listener.faults()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"standalone,3", "standalone,2", "standalone,1", "clustered,3"})
    void equalsTheDatabaseWhateverHappensToTheLine(String kind, int methods) throws Exception {
        server = kind.equals("clustered") ? OvsdbServer.clustered() : OvsdbServer.standalone();
        server.vsctl("init");
        OvsdbClient writer = connected(server.endpoint());
        SplittableRandom random = new SplittableRandom(20 + methods);
        try (FaultyLine line = new FaultyLine(server)) {
            if (methods < 3) {
                line.pretendUnknown("monitor_cond_since");
            }
            if (methods < 2) {
                line.pretendUnknown("monitor_cond");
            }
            OvsdbClient reader = connected(line.endpoint());
            reader.monitor(DATABASE, COLUMNS, listener);
            listener.awaitHeard("synced");
            for (int round = 0; round < 12; round++) {
                for (int i = 0; i < 20; i++) {
                    OvsdbClientTest.result(writer.transact(DATABASE, edit(writer, random)));
                }
                if (round % 3 == 1) {
                    line.cut();
                    OvsdbClientTest.result(writer.transact(DATABASE, edit(writer, random)));
                    listener.awaitHeard("stale");
                    listener.awaitHeard("synced");
                } else if (round == 6) {
                    server.kill();
                    listener.awaitHeard("stale");
                    server.start();
                    listener.awaitHeard("synced");
                    while (!isConnected(writer)) {
                        Thread.sleep(5);
                    }
                }
                compare(writer);
            }
            assertThat(line.requests())
                    .contains(List.of("monitor", "monitor_cond", "monitor_cond_since")
                            .get(methods - 1));
        }
        assertThat(listener.faults()).isEmpty();
    }

    private static boolean isConnected(OvsdbClient client) {
        try {
            OvsdbClientTest.result(client.listDatabases());
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Random transactions on a few names, so that rows go and come again. */
    private static List<Operation> edit(OvsdbClient writer, SplittableRandom random) {
        String name = "p" + random.nextInt(8);
        Condition named = Condition.equal("name", Datum.text(name));
        List<Operation> operations = new ArrayList<>();
        List<Operation> find = List.of(new Operation.Select("Bridge", List.of(named), List.of("_uuid")));
        OvsdbClientTest.result(writer.transact(DATABASE, find)).get(0).rows().forEach(row -> {
            if (random.nextInt(3) == 0) {
                operations.add(
                        Operation.mutateAll("Open_vSwitch", List.of(Mutation.delete("bridges", row.get("_uuid")))));
            }
        });
        boolean absent = !exists(writer, find);
        switch (random.nextInt(4)) {
            case 0 -> {
                if (absent || !operations.isEmpty()) {
                    operations.add(Operation.insert(
                            "i",
                            "Interface",
                            Map.of(
                                    "name",
                                    Datum.text(name),
                                    "external_ids",
                                    randomMap(random),
                                    "type",
                                    Datum.text("internal"))));
                    operations.add(Operation.insert(
                            "p", "Port", Map.of("name", Datum.text(name), "interfaces", Datum.named("i"))));
                    operations.add(Operation.insert(
                            "b", "Bridge", Map.of("name", Datum.text(name), "ports", Datum.named("p"))));
                    operations.add(
                            Operation.mutateAll("Open_vSwitch", List.of(Mutation.insert("bridges", Datum.named("b")))));
                }
            }
            case 1 ->
                operations.add(Operation.update(
                        "Interface",
                        named,
                        Map.of("external_ids", randomMap(random), "mtu_request", randomOptional(random))));
            case 2 ->
                operations.add(Operation.mutate(
                        "Bridge",
                        named,
                        Mutation.put("external_ids", randomMap(random).asTextMap())));
            default ->
                operations.add(Operation.update(
                        "Port", named, Map.of("tag", randomOptional(random), "trunks", randomSet(random))));
        }
        return operations;
    }

    private static boolean exists(OvsdbClient writer, List<Operation> find) {
        return !OvsdbClientTest.result(writer.transact(DATABASE, find))
                .get(0)
                .rows()
                .isEmpty();
    }

    private static Datum randomMap(SplittableRandom random) {
        Map<String, String> entries = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            entries.put("k" + random.nextInt(5), "v" + random.nextInt(3));
        }
        return Datum.map(entries);
    }

    private static Datum randomOptional(SplittableRandom random) {
        return random.nextBoolean() ? Datum.none() : Datum.integer(1000 + random.nextInt(3));
    }

    private static Datum randomSet(SplittableRandom random) {
        List<Atom> atoms = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            atoms.add(new Atom.Int(random.nextInt(5)));
        }
        return new Datum.AtomSet(atoms);
    }

    /** The listener's own copy, made of the changes alone, against what the database says by select. */
    private void compare(OvsdbClient writer) throws InterruptedException {
        List<String> expected = List.of();
        List<String> actual = List.of("nothing compared");
        for (int tries = 0; tries < 2_400 && !actual.equals(expected); tries++) {
            Thread.sleep(tries == 0 ? 0 : 25); // the last transaction may still be on its way to the listener
            expected = selected(writer);
            actual = COLUMNS.keySet().stream()
                    .sorted()
                    .flatMap(table -> listener.rows(table).stream())
                    .map(Row::toString)
                    .sorted()
                    .toList();
        }
        assertThat(actual).isEqualTo(expected);
    }

    private static List<String> selected(OvsdbClient writer) {
        Schema schema = OvsdbClientTest.result(writer.schema(DATABASE));
        List<String> rows = new ArrayList<>();
        COLUMNS.forEach((table, columns) -> {
            List<String> all = new ArrayList<>(columns);
            all.add("_uuid");
            OvsdbClientTest.result(writer.transact(DATABASE, List.of(new Operation.Select(table, List.of(), all))))
                    .get(0)
                    .rows()
                    .forEach(row -> {
                        UUID uuid = row.get("_uuid").asReferences().get(0);
                        Map<String, Datum> values = new TreeMap<>();
                        columns.forEach(column ->
                                values.put(column, schema.column(table, column).conform(row.get(column))));
                        rows.add(Row.of(table, uuid, values).toString());
                    });
        });
        return rows.stream().sorted().toList();
    }

    @Test
    void refusesWhatIsNoEndpoint() {
        server = OvsdbServer.standalone();
        assertThat(Endpoint.parse("unix:/run/db.sock")).hasToString("unix:/run/db.sock");
        assertThat(Endpoint.parse("tcp:[::1]:6640"))
                .isEqualTo(new Endpoint.Tcp("::1", 6640))
                .hasToString("tcp:[::1]:6640");
        for (String bad : List.of(
                "", "unix:", "tcp:1.2.3.4", "tcp:1.2.3.4:x", "tcp:1.2.3.4:70000", "tcp:::1:6640", "/run/db.sock")) {
            assertThatThrownBy(() -> Endpoint.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
