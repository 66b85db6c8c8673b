package org.karst.ovsdb.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.ovsdb.ClientListener;
import org.karst.ovsdb.ClientSettings;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.OvsdbClient;
import org.karst.ovsdb.OvsdbServer;
import org.karst.ovsdb.OvsdbTransport;
import org.karst.ovsdb.Vswitchd;

/** Wanted rows made true in a real Open vSwitch: ovsdb-server and ovs-vswitchd with its dummy datapath. */
@Tag("root")
class SwitchConfiguratorTest {
    private static final ClientSettings SETTINGS = new ClientSettings(
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            16 << 20);

    private final LinkedBlockingQueue<Long> acknowledged = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> reports = new LinkedBlockingQueue<>();
    private OvsdbServer server;
    private Vswitchd vswitchd;
    private OvsdbTransport transport;
    private OvsdbClient client;
    private SwitchConfigurator configurator;

    @BeforeEach
    void start() {
        server = OvsdbServer.standalone();
        vswitchd = Vswitchd.start(server);
        transport = new OvsdbTransport(1);
        connect();
    }

    private void connect() {
        client = transport.connect(server.endpoint(), SETTINGS, ClientListener.none());
        configurator = new SwitchConfigurator(client, new SwitchConfigurator.Listener() {
            @Override
            public void observed(SortedSet<String> interfaces) {}

            @Override
            public void synced(boolean synced) {}

            @Override
            public void acknowledged(long revision) {
                acknowledged.add(revision);
            }

            @Override
            public void reported(SwitchConfigurator.RowName row, String sentence) {
                reports.add(row.name() + ": " + sentence);
            }
        });
        client.monitor("Open_vSwitch", SwitchRows.COLUMNS, configurator);
    }

    @AfterEach
    void stop() {
        // also when the start failed half-way
        if (transport != null) {
            transport.close();
        }
        if (vswitchd != null) {
            vswitchd.close();
        }
        server.close();
    }

    private void onLoop(Runnable task) {
        CompletableFuture.runAsync(task, client.loop()).join();
    }

    private void awaitAcknowledged(long revision) {
        await(acknowledged, it -> it >= revision);
    }

    private static <T> T await(LinkedBlockingQueue<T> queue, Predicate<T> expected) {
        try {
            List<T> seen = new ArrayList<>();
            while (true) {
                T next = queue.poll(60, TimeUnit.SECONDS);
                if (next == null) {
                    throw new AssertionError("Not heard; heard: " + seen);
                }
                seen.add(next);
                if (expected.test(next)) {
                    return next;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <V> SortedMap<String, V> map(Map<String, V> entries) {
        return new TreeMap<>(entries);
    }

    private static WantedBridge bridge(String name, String... controllers) {
        List<SortedMap<String, Datum>> rows = new ArrayList<>();
        for (String controller : controllers) {
            rows.add(map(Map.of("target", Datum.text(controller), "connection_mode", Datum.text("out-of-band"))));
        }
        return new WantedBridge(
                name,
                map(Map.of("datapath_type", Datum.text("dummy"), "fail_mode", Datum.text("secure"))),
                map(Map.of("hwaddr", "aa:bb:cc:00:00:01")),
                map(Map.of()),
                rows);
    }

    private static WantedPort port(String bridge, String name, Map<String, String> externalIds) {
        return new WantedPort(
                bridge, name, map(Map.of()), map(Map.of("type", Datum.text("dummy"))), map(Map.of()), map(externalIds));
    }

    @Test
    void bridgesAndPortsComeChangeAndGo() {
        onLoop(() -> {
            configurator.want("br-int", bridge("br-int", "tcp:127.0.0.1:1"));
            for (int i = 0; i < 50; i++) {
                configurator.want("p" + i, port("br-int", "p" + i, Map.of("karst-pod", "default/p" + i)));
            }
            configurator.settle(7);
        });
        awaitAcknowledged(7);
        // acknowledged means that the switch has them, not only the database
        assertThat(server.vsctl("--bare", "--columns=ofport", "find", "Interface", "name=p49"))
                .matches("[1-9]\\d*");
        assertThat(server.vsctl("list-ports", "br-int").lines()).hasSize(50);
        assertThat(server.vsctl("get", "Interface", "p7", "external_ids:karst-pod"))
                .isEqualTo("\"default/p7\"");
        assertThat(server.vsctl("get-controller", "br-int")).isEqualTo("tcp:127.0.0.1:1");
        assertThat(server.vsctl("get", "Open_vSwitch", ".", "next_cfg"))
                .as("one transaction for all")
                .isEqualTo("1");

        onLoop(() -> {
            configurator.allowRemoval();
            configurator.want("br-int", bridge("br-int", "tcp:127.0.0.1:2"));
            configurator.want("p0", port("br-int", "p0", Map.of("karst-pod", "default/other", "note", "x")));
            configurator.want("p1", (WantedPort) null);
            configurator.settle(8);
        });
        awaitAcknowledged(8);
        assertThat(server.vsctl("get", "Interface", "p0", "external_ids"))
                .isEqualTo("{karst-owner=karst, karst-pod=\"default/other\", note=x}");
        assertThat(server.vsctl("list-ports", "br-int").lines()).hasSize(49).doesNotContain("p1");
        assertThat(server.vsctl("get-controller", "br-int")).isEqualTo("tcp:127.0.0.1:2");

        onLoop(() -> {
            configurator.want("br-int", (WantedBridge) null);
            for (int i = 0; i < 50; i++) {
                configurator.want("p" + i, (WantedPort) null);
            }
            configurator.settle(9);
        });
        awaitAcknowledged(9);
        assertThat(server.vsctl("list-br")).isEmpty();
        assertThat(reports).isEmpty();
    }

    @Test
    void notesThatTheSwitchDoesNotReadDoNotMakeItLook() {
        onLoop(() -> {
            configurator.want("br-int", bridge("br-int"));
            configurator.want("p", port("br-int", "p", Map.of("karst-pod", "default/p")));
            configurator.settle(1);
        });
        awaitAcknowledged(1);
        onLoop(() -> {
            configurator.wantEntry("br-int", "karst-freed-10.0.0.1", "5");
            configurator.want("p", port("br-int", "p", Map.of("karst-pod", "default/q")));
            configurator.settle(2);
        });
        awaitAcknowledged(2);
        assertThat(server.vsctl("get", "Interface", "p", "external_ids:karst-pod"))
                .isEqualTo("\"default/q\"");
        assertThat(server.vsctl("get", "Bridge", "br-int", "external_ids:karst-freed-10.0.0.1"))
                .isEqualTo("\"5\"");
        assertThat(server.vsctl("get", "Open_vSwitch", ".", "next_cfg")).isEqualTo("1");
    }

    /** The greeting of OpenFlow 1.5. */
    private static final byte[] HELLO = {6, 0, 0, 8, 0, 0, 0, 1};

    private String log() {
        try {
            return Files.readString(server.directory().resolve("vswitchd.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says hello to each that connects, until the listener is closed; then they are closed too. */
    private static void greet(ServerSocketChannel listener) {
        List<SocketChannel> connections = new ArrayList<>();
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                connections.add(connection);
                hello(connection);
            }
        } catch (IOException over) {
            connections.forEach(SwitchConfiguratorTest::close);
        }
    }

    private static void hello(SocketChannel connection) {
        try {
            connection.write(ByteBuffer.wrap(HELLO));
        } catch (IOException e) {
            close(connection); // it was led astray already
        }
    }

    private static void close(SocketChannel connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSwitchThatWaitsToConnectAgainDoesSoAtOnceAndKeepsItsFlows() throws Exception {
        Path socket = server.directory().resolve("controller.sock");
        String target = "unix:" + socket;
        WantedBridge plain = bridge("br-int", target);
        SortedMap<String, Datum> controller = new TreeMap<>(plain.controllers().get(0));
        controller.put("max_backoff", Datum.integer(1000));
        WantedBridge wanted = new WantedBridge(
                plain.name(), plain.columns(), plain.otherConfig(), plain.externalIds(), List.of(controller));
        onLoop(() -> {
            configurator.want("br-int", wanted);
            configurator.settle(1);
        });
        awaitAcknowledged(1);
        String management = "unix:" + server.directory().resolve("br-int.mgmt");
        server.run(List.of("ovs-ofctl", "add-flow", management, "table=7,actions=drop"));
        server.awaitTrue(() -> log().contains("waiting 4 seconds before reconnect"));
        client.close();

        int before = log().length();
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            acknowledged.clear();
            connect();
            onLoop(() -> {
                configurator.want("br-int", wanted);
                configurator.settle(2);
            });
            // before that its own next attempt finds somebody who does not answer
            server.awaitTrue(() -> log().substring(before).contains("removed primary controller \"" + target + "\""));
            CompletableFuture<Void> greeting = CompletableFuture.runAsync(() -> greet(listener));
            server.awaitTrue(() -> server.vsctl("--bare", "--columns=is_connected", "find", "controller")
                    .equals("true"));
            awaitAcknowledged(2);
            assertThat(server.vsctl("get-controller", "br-int")).isEqualTo(target);
            assertThat(server.run(List.of("ovs-ofctl", "dump-flows", management)))
                    .contains("table=7");
            server.awaitTrue(() -> server.vsctl("get", "Open_vSwitch", ".", "cur_cfg")
                    .equals(server.vsctl("get", "Open_vSwitch", ".", "next_cfg")));
            listener.close();
            greeting.join();
        }
        Files.delete(socket);
        int connected = log().length();
        server.awaitTrue(() -> log().substring(connected)
                        .lines()
                        .filter(line -> line.contains("connection failed"))
                        .count()
                > 3);
        assertThat(log().substring(connected))
                .as("max_backoff counts from the first connection on")
                .doesNotContain("waiting 2 seconds")
                .doesNotContain("waiting 4 seconds");
    }

    @Test
    void anotherProcessFindsEverythingTrueAndChangesNothing() {
        onLoop(() -> {
            configurator.want("br-int", bridge("br-int"));
            configurator.want("p0", port("br-int", "p0", Map.of("a", "b")));
            configurator.want("stale", port("br-int", "stale", Map.of()));
            configurator.settle(1);
        });
        awaitAcknowledged(1);
        client.close();
        server.vsctl("add-port", "br-int", "foreign", "--", "set", "Interface", "foreign", "type=dummy");
        String before = server.vsctl("get", "Open_vSwitch", ".", "next_cfg");

        acknowledged.clear();
        connect();
        onLoop(() -> {
            configurator.want("br-int", bridge("br-int"));
            configurator.want("p0", port("br-int", "p0", Map.of("a", "b")));
            configurator.settle(1);
        });
        awaitAcknowledged(1);
        assertThat(server.vsctl("get", "Open_vSwitch", ".", "next_cfg")).isEqualTo(before);
        assertThat(server.vsctl("list-ports", "br-int").lines()).containsExactly("foreign", "p0", "stale");

        onLoop(() -> {
            configurator.allowRemoval();
            configurator.settle(2);
        });
        awaitAcknowledged(2);
        assertThat(server.vsctl("list-ports", "br-int").lines()).containsExactly("foreign", "p0");

        // somebody else's port keeps the bridge, with a sentence
        onLoop(() -> {
            configurator.want("br-int", (WantedBridge) null);
            configurator.want("p0", (WantedPort) null);
            configurator.settle(3);
        });
        assertThat(await(reports, it -> it.startsWith("br-int"))).contains("somebody else's ports are on it: foreign");
        awaitAcknowledged(3);
        assertThat(server.vsctl("list-ports", "br-int")).isEqualTo("foreign");
        server.vsctl("del-port", "foreign");
        await(reports, it -> it.equals("br-int: "));
        assertThat(server.vsctl("list-br")).isEmpty();
    }

    @Test
    void aBridgeThatWasThereIsUsedAndOutlivesUs() {
        server.vsctl("add-br", "br-ex", "--", "set", "Bridge", "br-ex", "datapath_type=dummy", "external_ids:theirs=1");
        onLoop(() -> {
            configurator.allowRemoval();
            configurator.want("br-ex", bridge("br-ex"));
            configurator.want("patch", port("br-ex", "patch", Map.of()));
            configurator.settle(1);
        });
        awaitAcknowledged(1);
        assertThat(server.vsctl("get", "Bridge", "br-ex", "external_ids"))
                .isEqualTo("{karst-owner=adopted, theirs=\"1\"}");
        onLoop(() -> {
            configurator.want("br-ex", (WantedBridge) null);
            configurator.want("patch", (WantedPort) null);
            configurator.settle(2);
        });
        awaitAcknowledged(2);
        assertThat(server.vsctl("get", "Bridge", "br-ex", "external_ids")).isEqualTo("{theirs=\"1\"}");
        assertThat(server.vsctl("list-ports", "br-ex")).isEmpty();
    }

    @Test
    void whatSomebodyTakesAwayComesBack() {
        onLoop(() -> {
            configurator.want("br-int", bridge("br-int"));
            configurator.want("p0", port("br-int", "p0", Map.of("a", "b")));
            configurator.settle(1);
        });
        awaitAcknowledged(1);
        server.vsctl("del-port", "p0");
        onLoop(() -> {});
        server.awaitTrue(() -> server.vsctl("list-ports", "br-int").equals("p0"));
        server.vsctl("set", "Interface", "p0", "external_ids:a=c");
        server.awaitTrue(
                () -> server.vsctl("get", "Interface", "p0", "external_ids:a").equals("b"));
    }

    @Test
    void oneThatSpoilsTheTransactionHoldsUpNobody() {
        onLoop(() -> {
            configurator.want("br-int", bridge("br-int"));
            for (int i = 0; i < 20; i++) {
                configurator.want("p" + i, port("br-int", "p" + i, Map.of()));
            }
            configurator.want(
                    "p7",
                    new WantedPort(
                            "br-int",
                            "p7",
                            map(Map.of("tag", Datum.integer(9999))),
                            map(Map.of()),
                            map(Map.of()),
                            map(Map.of())));
            configurator.want("p8", port("br-none", "p8", Map.of()));
            configurator.settle(1);
        });
        List<String> heard =
                List.of(await(reports, it -> it.startsWith("p")), await(reports, it -> it.startsWith("p")));
        assertThat(heard)
                .anySatisfy(it ->
                        assertThat(it).startsWith("p7: Port p7 was refused").contains("9999"));
        assertThat(heard)
                .anySatisfy(
                        it -> assertThat(it).startsWith("p8: ").contains("its bridge br-none, which does not exist"));
        awaitAcknowledged(1);
        assertThat(server.vsctl("list-ports", "br-int").lines()).hasSize(18);

        onLoop(() -> {
            configurator.want("p7", port("br-int", "p7", Map.of()));
            configurator.want("br-none", bridge("br-none"));
            configurator.settle(2);
        });
        awaitAcknowledged(2);
        assertThat(server.vsctl("list-ports", "br-int").lines()).hasSize(19);
        server.awaitTrue(() -> server.vsctl("list-ports", "br-none").equals("p8"));
    }

    @Test
    void aPortOfSomebodyElseOnAnotherBridgeIsLeftAlone() {
        server.vsctl("add-br", "theirs", "--", "set", "Bridge", "theirs", "datapath_type=dummy");
        server.vsctl("add-port", "theirs", "p0", "--", "set", "Interface", "p0", "type=dummy");
        onLoop(() -> {
            configurator.allowRemoval();
            configurator.want("br-int", bridge("br-int"));
            configurator.want("p0", port("br-int", "p0", Map.of()));
            configurator.settle(1);
        });
        assertThat(await(reports, it -> it.startsWith("p0")))
                .contains("is on bridge theirs and was put there by somebody else");
        awaitAcknowledged(1);
        assertThat(server.vsctl("list-ports", "theirs")).isEqualTo("p0");
    }

    @Test
    void bothProcessesOfTheSwitchMayDieAtAnyTime() {
        onLoop(() -> {
            configurator.want("br-int", bridge("br-int"));
            configurator.settle(1);
        });
        awaitAcknowledged(1);
        vswitchd.close();
        onLoop(() -> {
            configurator.want("p0", port("br-int", "p0", Map.of()));
            configurator.settle(2);
        });
        server.awaitTrue(() -> server.vsctl("list-ports", "br-int").equals("p0"));
        assertThat(acknowledged).as("the database has it, the switch has not").isEmpty();
        server.restart();
        onLoop(() -> {
            configurator.want("p1", port("br-int", "p1", Map.of()));
            configurator.settle(3);
        });
        server.awaitTrue(() -> server.vsctl("list-ports", "br-int").equals("p0\np1"));
        assertThat(acknowledged).isEmpty();
        vswitchd = Vswitchd.start(server);
        awaitAcknowledged(3);
    }
}
