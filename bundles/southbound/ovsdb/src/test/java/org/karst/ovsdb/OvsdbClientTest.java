package org.karst.ovsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a real ovsdb-server. */
class OvsdbClientTest {
    /** Finds a server again soon, and suspects none because the machine is busy. */
    static final ClientSettings QUICK = settings(Duration.ofSeconds(20), 16 << 20);

    private static final String DATABASE = "Open_vSwitch";

    private final Events events = new Events();
    private OvsdbTransport transport;
    private OvsdbServer server;

    private static ClientSettings settings(Duration probe, int largestMessage) {
        return new ClientSettings(
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                probe,
                Duration.ofMillis(10),
                Duration.ofMillis(100),
                largestMessage);
    }

    /** What a client says about its connection. */
    static final class Events implements ClientListener {
        private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void connected() {
            heard.add("connected");
        }

        @Override
        public void disconnected(String reason) {
            heard.add(reason);
        }

        String next() {
            try {
                return Optional.ofNullable(heard.poll(60, TimeUnit.SECONDS)).orElseThrow();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void awaitConnected() {
            while (!next().equals("connected")) {
                // failed tries on the way
            }
        }
    }

    @BeforeEach
    void start() {
        transport = new OvsdbTransport(1);
        server = OvsdbServer.standalone();
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    private OvsdbClient connected(Endpoint endpoint) {
        return connected(endpoint, QUICK);
    }

    private OvsdbClient connected(Endpoint endpoint, ClientSettings settings) {
        OvsdbClient client = transport.connect(endpoint, settings, events);
        events.awaitConnected();
        return client;
    }

    static <T> T result(CompletableFuture<T> future) {
        return future.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static Map<String, Datum> bridge(String name) {
        return Map.of("name", Datum.text(name));
    }

    @Test
    void listsDatabasesAndReadsTheSchema() {
        OvsdbClient client = connected(server.endpoint());

        assertThat(result(client.listDatabases())).contains(DATABASE, "_Server");
        Schema schema = result(client.schema(DATABASE));
        assertThat(schema.column("Interface", "ofport").changesByDifference()).isFalse();
        assertThat(schema.column("Interface", "external_ids").value()).contains(AtomType.STRING);
        assertThat(schema.column("Bridge", "ports").max()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> schema.column("Interface", "colour"))
                .hasMessageContaining("Table Interface of database Open_vSwitch")
                .hasMessageContaining("no column colour");
        assertThatThrownBy(() -> result(client.schema("Nothing"))).hasMessageContaining("unknown database");
    }

    @Test
    void rowsOfOneTransactionReferToEachOther() {
        OvsdbClient client = connected(server.endpoint());
        result(client.transact(DATABASE, List.of(Operation.insert("Open_vSwitch", Map.of()))));

        List<OperationResult> results = result(client.transact(
                DATABASE,
                List.of(
                        Operation.insert("interface", "Interface", Map.of("name", Datum.text("eth0"))),
                        Operation.insert(
                                "port",
                                "Port",
                                Map.of("name", Datum.text("eth0"), "interfaces", Datum.named("interface"))),
                        Operation.insert(
                                "bridge", "Bridge", Map.of("name", Datum.text("br0"), "ports", Datum.named("port"))),
                        Operation.mutateAll("Open_vSwitch", List.of(Mutation.insert("bridges", Datum.named("bridge")))),
                        new Operation.Comment("as a test"))));

        assertThat(server.vsctl("list-ports", "br0")).isEqualTo("eth0");
        UUID bridge = results.get(2).uuid().orElseThrow();
        assertThat(results.get(3).count()).isEqualTo(1);
        List<OperationResult> selected = result(client.transact(
                DATABASE,
                List.of(new Operation.Select(
                        "Bridge", List.of(Condition.uuid(bridge)), List.of("name", "external_ids", "datapath_id")))));
        assertThat(selected.get(0).rows())
                .singleElement()
                .satisfies(row -> assertThat(row.get("name")).isEqualTo(Datum.text("br0")))
                .satisfies(row -> assertThat(row.get("datapath_id")).isEqualTo(Datum.none()));
    }

    @Test
    void replacesEntriesOfAMapAndLeavesTheOthersAlone() {
        server.vsctl(
                "init", "--", "add-br", "br0", "--", "set", "Bridge", "br0", "external_ids:a=1", "external_ids:b=2");
        OvsdbClient client = connected(server.endpoint());
        Condition br0 = Condition.equal("name", Datum.text("br0"));

        result(client.transact(
                DATABASE,
                List.of(Operation.mutate("Bridge", br0, Mutation.put("external_ids", Map.of("b", "3", "c", "4"))))));
        assertThat(server.vsctl("get", "Bridge", "br0", "external_ids")).isEqualTo("{a=\"1\", b=\"3\", c=\"4\"}");
    }

    @Test
    void refusedOperationsNameTheOperationAndNothingHappens() {
        OvsdbClient client = connected(server.endpoint());

        assertThatThrownBy(() -> result(client.transact(
                        DATABASE,
                        List.of(
                                new Operation.Comment("first"),
                                Operation.insert("Bridge", Map.of("nickname", Datum.text("x")))))))
                .cause()
                .isInstanceOf(OvsdbException.class)
                .hasMessageContaining("operation 2 (insert into Bridge) failed")
                .hasMessageContaining("nickname");
        // two bridges of one name: only the commit finds out
        server.vsctl("init");
        assertThatThrownBy(() -> result(client.transact(
                        DATABASE,
                        List.of(
                                Operation.insert("a", "Bridge", bridge("same")),
                                Operation.insert("b", "Bridge", bridge("same")),
                                Operation.mutateAll(
                                        "Open_vSwitch",
                                        List.of(Mutation.insert(
                                                "bridges",
                                                new Datum.AtomSet(
                                                        List.of(
                                                                new Atom.NamedUuid("a"),
                                                                new Atom.NamedUuid("b"))))))))))
                .cause()
                .hasMessageContaining("the commit failed: constraint violation");
        assertThat(server.vsctl("list-br")).isEmpty();
    }

    @Test
    void aWaitThatDoesNotHoldStopsTheTransaction() {
        server.vsctl("init", "--", "add-br", "br0");
        OvsdbClient client = connected(server.endpoint());
        var expected = new java.util.TreeMap<>(Map.of("datapath_type", Datum.text("netdev")));

        CompletableFuture<List<OperationResult>> attempt = client.transact(
                DATABASE,
                List.of(
                        new Operation.Wait(
                                "Bridge",
                                List.of(Condition.equal("name", Datum.text("br0"))),
                                List.of("datapath_type"),
                                true,
                                List.of(expected),
                                0),
                        new Operation.Delete("Bridge", List.of())));
        assertThatThrownBy(() -> result(attempt))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        OvsdbException.class, e -> assertThat(e.error()).isEqualTo("timed out"));
    }

    @Test
    void aLockIsHeldByOneClientAndPassesOnWhenItsConnectionIsLost() throws Exception {
        OvsdbClient other = connected(server.endpoint());
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (FaultyLine line = new FaultyLine(server)) {
            OvsdbClient first = connected(line.endpoint());
            first.lock("karst", held -> heard.add("first " + held));
            assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("first true");
            other.lock("karst", held -> heard.add("other " + held));
            assertThatThrownBy(() -> result(other.transact(DATABASE, List.of(new Operation.AssertLock("karst")))))
                    .hasMessageContaining("not owner");
            result(first.transact(DATABASE, List.of(new Operation.AssertLock("karst"))));

            line.cut();
            assertThat(List.of(heard.poll(60, TimeUnit.SECONDS), heard.poll(60, TimeUnit.SECONDS)))
                    .containsExactlyInAnyOrder("first false", "other true");
            other.unlock("karst");
            assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("first true");
        }
    }

    @Test
    void withoutAServerItSaysSoAndConnectsAsSoonAsThereIsOne() {
        server.kill();
        OvsdbClient client = transport.connect(server.endpoint(), QUICK, events);
        assertThat(events.next()).contains(server.socket().toString()).contains("Connection refused");
        assertThatThrownBy(() -> result(client.listDatabases()))
                .cause()
                .isInstanceOfSatisfying(
                        OvsdbException.class, e -> assertThat(e.error()).isEqualTo("not connected"))
                .hasMessageContaining(server.socket().toString());

        server.start();
        events.awaitConnected();
        assertThat(result(client.listDatabases())).contains(DATABASE);
    }

    @Test
    void requestsOnTheWayFailWhenTheConnectionIsLost() throws Exception {
        try (FaultyLine line = new FaultyLine(server)) {
            OvsdbClient client = connected(line.endpoint());
            assertThat(result(client.listDatabases())).contains(DATABASE);
            line.silence();
            CompletableFuture<?> answer = client.listDatabases();
            line.cut();
            assertThatThrownBy(() -> result(answer)).cause().hasMessageContaining("list_dbs is lost");
            events.awaitConnected();
            assertThat(result(client.listDatabases())).contains(DATABASE);
        }
    }

    @Test
    void garbageEndsTheConnectionWithASentenceAndTheNextOneWorks() throws Exception {
        try (FaultyLine line = new FaultyLine(server)) {
            OvsdbClient client = connected(line.endpoint());
            assertThat(result(client.listDatabases())).contains(DATABASE);
            for (String garbage : List.of(
                    "HTTP/1.1 400 Bad Request\r\n",
                    "{\"id\":1,,}",
                    "[1]",
                    "{}",
                    "{\"id\":99999999999999999999,\"result\":1}",
                    "[".repeat(100) + "]".repeat(100),
                    "{\"id\":\"who\",\"result\":[]}")) {
                line.inject(garbage);
                assertThat(events.next()).as(garbage).contains("sent what is no JSON-RPC");
                events.awaitConnected();
                assertThat(result(client.listDatabases())).contains(DATABASE);
            }
        }
    }

    @Test
    void aMessageBeyondTheBoundEndsTheConnection() throws Exception {
        OvsdbClient client = connected(server.endpoint(), settings(QUICK.inactivityProbe(), 1024));
        assertThatThrownBy(() -> result(client.schema(DATABASE))).hasMessageContaining("1024");
    }

    @Test
    void aProbeKeepsAQuietConnection() throws Exception {
        try (FaultyLine line = new FaultyLine(server)) {
            OvsdbClient client = connected(line.endpoint(), settings(Duration.ofSeconds(1), 16 << 20));
            // a second one is sent only where the first was answered
            server.awaitTrue(() -> Collections.frequency(line.requests(), "echo") == 2);
            assertThat(events.heard).isEmpty();
            assertThat(result(client.listDatabases())).contains(DATABASE);
        }
    }

    @Test
    void speaksTlsOnlyWithWhomTheAuthorityKnows() throws IOException {
        Path directory = server.directory();
        authority(directory, "own");
        authority(directory, "foreign");
        try (OvsdbServer secured = OvsdbServer.standalone(
                "--remote=pssl:0:127.0.0.1",
                "--private-key=" + directory.resolve("own-server.key"),
                "--certificate=" + directory.resolve("own-server.crt"),
                "--ca-cert=" + directory.resolve("own-ca.crt"))) {
            int port = secured.port();
            OvsdbClient client = connected(tls(directory, port, "own", "own"));
            assertThat(result(client.listDatabases())).contains(DATABASE);
            client.close();

            Events refused = new Events();
            OvsdbClient stranger = transport.connect(tls(directory, port, "own", "foreign"), QUICK, refused);
            assertThat(refused.next()).contains("TLS handshake").contains("ssl:127.0.0.1:" + port);
            stranger.close();
        }
    }

    private static Endpoint tls(Path directory, int port, String own, String authority) {
        return new Endpoint.Tls(
                "127.0.0.1",
                port,
                directory.resolve(own + "-client.key"),
                directory.resolve(own + "-client.crt"),
                directory.resolve(authority + "-ca.crt"));
    }

    private void authority(Path directory, String name) throws IOException {
        Path ca = directory.resolve(name + "-ca.crt");
        Path caKey = directory.resolve(name + "-ca.key");
        server.run(List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-keyout",
                caKey.toString(),
                "-out",
                ca.toString()));
        for (String party : List.of("server", "client")) {
            String base = directory.resolve(name + "-" + party).toString();
            server.run(List.of(
                    "openssl",
                    "req",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256",
                    "-nodes",
                    "-subj",
                    "/CN=" + party,
                    "-keyout",
                    base + ".key",
                    "-out",
                    base + ".csr"));
            server.run(List.of(
                    "openssl",
                    "x509",
                    "-req",
                    "-in",
                    base + ".csr",
                    "-CA",
                    ca.toString(),
                    "-CAkey",
                    caKey.toString(),
                    "-set_serial",
                    party.equals("server") ? "1" : "2",
                    "-days",
                    "2",
                    "-out",
                    base + ".crt"));
        }
        assertThat(Files.exists(ca)).isTrue();
    }
}
