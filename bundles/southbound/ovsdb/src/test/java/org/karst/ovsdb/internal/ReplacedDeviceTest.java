package org.karst.ovsdb.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.incremental.Change;
import org.karst.ovsdb.OvsdbServer;
import org.karst.ovsdb.Vswitchd;
import org.karst.pipeline.Batch;
import org.karst.pipeline.BridgeItem;
import org.karst.pipeline.Interface;
import org.karst.pipeline.PortItem;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;

/** Real devices under a real userspace datapath: what it hears is seen in its table of learned addresses. */
@Tag("root")
class ReplacedDeviceTest {
    private static final String NODE = "node-1";
    private static final Target TARGET = new Target(OvsdbDriver.NAME, NODE);

    private OvsdbServer server;
    private Vswitchd vswitchd;
    private OvsdbDriver driver;
    private RecordingMailbox mailbox;

    @BeforeEach
    void start() {
        server = OvsdbServer.standalone();
        vswitchd = Vswitchd.start(server);
        startDriver();
    }

    private void startDriver() {
        driver = new OvsdbDriver(server.endpoint()
                .toString()
                .replace("db.sock", "../" + server.directory().getFileName() + "/db.sock"));
        mailbox = new RecordingMailbox();
        driver.start(mailbox);
        driver.apply(new Batch(
                1,
                List.of(
                        Change.added(new BridgeItem(
                                NODE,
                                World.INTEGRATION_BRIDGE,
                                "standalone",
                                "netdev",
                                List.of(),
                                List.of(),
                                new TreeMap<>(),
                                new TreeMap<>())),
                        Change.added(port("veth1")),
                        Change.added(port("veth2"))),
                new Pruning(true, Set.of())));
    }

    private static PortItem port(String name) {
        return new PortItem(
                NODE, World.INTEGRATION_BRIDGE, name, "", Optional.empty(), 0, new TreeMap<>(), new TreeMap<>());
    }

    @AfterEach
    void stop() {
        // also when the start failed half-way
        if (driver != null) {
            driver.stop();
        }
        if (vswitchd != null) {
            vswitchd.close();
        }
        server.close();
    }

    private void create(String name, String peerMac) {
        vswitchd.ip("link", "add", name, "type", "veth", "peer", "name", name + "p", "address", peerMac);
        vswitchd.ip("link", "set", name, "up");
    }

    /** A link that comes up says so by IPv6, and the switch learns its address if it listens. */
    private void awaitHeard(String name, String mac) throws InterruptedException {
        for (int tries = 0; tries < 60; tries++) {
            vswitchd.ip("link", "set", name + "p", "down");
            vswitchd.ip("link", "set", name + "p", "up");
            for (int i = 0; i < 20; i++) {
                if (server.appctl("vswitchd.ctl", "fdb/show", World.INTEGRATION_BRIDGE)
                        .contains(mac)) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new AssertionError(mac + " did not come into the table of the switch");
    }

    private int number(String name) {
        return mailbox.row(World.INTERFACES, new PortKey(NODE, name))
                .map(Interface::ofport)
                .orElse(0);
    }

    /** The packet may be heard before the database tells the number of the port that heard it. */
    private int awaitOther(String name, Set<Integer> formerNumbers) {
        mailbox.await("another number of " + name, () -> mailbox.row(World.INTERFACES, new PortKey(NODE, name))
                .filter(it -> it.ready() && !formerNumbers.contains(it.ofport()))
                .isPresent());
        return number(name);
    }

    private void hearTwo() throws Exception {
        create("veth1", "02:00:00:00:01:01");
        create("veth2", "02:00:00:00:02:01");
        mailbox.awaitAcknowledged(TARGET, 1);
        awaitHeard("veth1", "02:00:00:00:01:01");
        awaitHeard("veth2", "02:00:00:00:02:01");
    }

    @Test
    void aDeviceThatWasReplacedIsHeardAgainAndItsNeighbourIsNotTouched() throws Exception {
        hearTwo();
        int first = awaitOther("veth1", Set.of());
        int other = awaitOther("veth2", Set.of());
        assertThat(server.vsctl("get", "Interface", "veth1", "ofport_request")).isEqualTo("[]");

        vswitchd.ip("link", "delete", "veth1");
        create("veth1", "02:00:00:00:01:02");
        awaitHeard("veth1", "02:00:00:00:01:02");
        int second = awaitOther("veth1", Set.of(first));
        assertThat(number("veth2")).isEqualTo(other);

        vswitchd.ip("link", "delete", "veth1");
        create("veth1", "02:00:00:00:01:03");
        awaitHeard("veth1", "02:00:00:00:01:03");
        awaitOther("veth1", Set.of(first, second));
        assertThat(server.vsctl("get", "Interface", "veth2", "ofport_request")).isEqualTo("[]");
    }

    @Test
    void oneThatWentBeforeThisProcessCameIsHeardToo() throws Exception {
        create("veth1", "02:00:00:00:01:01");
        mailbox.awaitAcknowledged(TARGET, 1);
        awaitHeard("veth1", "02:00:00:00:01:01");
        driver.stop();
        vswitchd.ip("link", "delete", "veth1");
        server.awaitTrue(
                () -> server.vsctl("get", "Interface", "veth1", "ifindex").equals("0"));
        startDriver();
        mailbox.awaitAcknowledged(TARGET, 1);
        create("veth1", "02:00:00:00:01:02");
        awaitHeard("veth1", "02:00:00:00:01:02");
    }

    private String opened(String name) {
        return server.vsctl("--if-exists", "get", "Interface", name, "external_ids:karst-opened");
    }

    @Test
    void oneThatWasReplacedWhileNobodyWatchedIsHeardAndItsNeighbourIsNotTouched() throws Exception {
        hearTwo();
        int first = awaitOther("veth1", Set.of());
        int other = awaitOther("veth2", Set.of());
        for (String name : List.of("veth1", "veth2")) {
            server.awaitTrue(() -> opened(name).equals('"' + server.vsctl("get", "Interface", name, "ifindex") + '"'));
        }
        driver.stop();
        String before = server.vsctl("get", "Interface", "veth1", "ifindex");
        vswitchd.ip("link", "delete", "veth1");
        create("veth1", "02:00:00:00:01:02");
        server.awaitTrue(
                () -> !Set.of(before, "0", "[]").contains(server.vsctl("get", "Interface", "veth1", "ifindex")));

        startDriver();
        mailbox.awaitAcknowledged(TARGET, 1);
        awaitHeard("veth1", "02:00:00:00:01:02");
        awaitOther("veth1", Set.of(first));
        assertThat(number("veth2")).isEqualTo(other);
        assertThat(server.vsctl("get", "Interface", "veth2", "ofport_request")).isEqualTo("[]");
        server.awaitTrue(
                () -> opened("veth1").equals('"' + server.vsctl("get", "Interface", "veth1", "ifindex") + '"'));
    }
}
