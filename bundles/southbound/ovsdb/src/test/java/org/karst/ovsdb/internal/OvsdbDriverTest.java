package org.karst.ovsdb.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.model.PodKey;
import org.karst.ovsdb.OvsdbServer;
import org.karst.ovsdb.Vswitchd;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Batch;
import org.karst.pipeline.BridgeEntry;
import org.karst.pipeline.BridgeItem;
import org.karst.pipeline.NodeAddress;
import org.karst.pipeline.PortItem;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;

/** The driver between the core's words and a real switch. */
@Tag("root")
class OvsdbDriverTest {
    private static final String NODE = "node-1";
    private static final Target TARGET = new Target("ovsdb", NODE);
    private static final Pruning ALL = new Pruning(true, Set.of());
    private static final AttachmentKey KEY = new AttachmentKey(NODE, "c1", "eth0");
    private static final Attachment ATTACHMENT = new Attachment(
            new PodKey("default", "web"),
            "veth1",
            "/run/netns/x",
            MacAddress.parse("0a:58:0a:80:00:05"),
            1400,
            List.of(InterfaceAddress.parse("10.128.0.5/24")),
            List.of(Ip.parse("10.128.0.1")));

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

    private static BridgeItem bridge() {
        return new BridgeItem(
                NODE,
                World.INTEGRATION_BRIDGE,
                "secure",
                "dummy",
                List.of("OpenFlow15"),
                List.of("tcp:127.0.0.1:1"),
                new TreeMap<>(Map.of("datapath-id", "00000000000000aa")),
                new TreeMap<>(Map.of("karst-stage-9", "track")));
    }

    private static PortItem port(String name, String type, SortedMap<String, String> externalIds) {
        return new PortItem(
                NODE, World.INTEGRATION_BRIDGE, name, type, Optional.empty(), 0, new TreeMap<>(), externalIds);
    }

    private static PortItem attached() {
        return port("veth1", "dummy", new TreeMap<>(ATTACHMENT.externalIds(KEY)));
    }

    private void apply(long revision, Pruning pruning, Item... items) {
        driver.apply(
                new Batch(revision, List.of(items).stream().map(Change::added).toList(), pruning));
    }

    @Test
    void wantedRowsComeTrueAndTheSwitchAnswersWithFacts() {
        apply(3, Pruning.NOTHING, bridge(), attached());
        mailbox.awaitAcknowledged(TARGET, 3);
        PortKey key = new PortKey(NODE, "veth1");
        mailbox.await("a number", () -> mailbox.row(World.INTERFACES, key)
                .filter(it -> it.ready())
                .isPresent());
        assertThat(mailbox.row(World.INTERFACES, key)).hasValueSatisfying(row -> {
            assertThat(row.bridge()).isEqualTo("br-int");
            assertThat(row.externalIds()).containsEntry("karst-pod", "web");
        });
        assertThat(server.vsctl("get", "Bridge", "br-int", "protocols", "fail_mode", "other_config"))
                .isEqualTo("[OpenFlow15]\nsecure\n{datapath-id=\"00000000000000aa\"}");
        assertThat(mailbox.sources())
                .containsSubsequence("expect interfaces/node-1", "synced interfaces/node-1")
                .containsSubsequence("expect attachments/node-1", "synced attachments/node-1");
        assertThat(driver.sources(attached()))
                .containsExactlyInAnyOrder("attachments/node-1", "freed-addresses/node-1", "interfaces/node-1");

        driver.apply(new Batch(4, List.of(Change.removed(attached())), ALL));
        mailbox.awaitAcknowledged(TARGET, 4);
        mailbox.await("its end", () -> mailbox.row(World.INTERFACES, key).isEmpty());
    }

    @Test
    void anotherProcessReadsTheAttachmentsBack() {
        Instant freed = Instant.ofEpochSecond(1_790_000_000);
        apply(
                1,
                Pruning.NOTHING,
                bridge(),
                attached(),
                new BridgeEntry(
                        NODE,
                        World.INTEGRATION_BRIDGE,
                        "karst-freed-10.128.0.9",
                        Long.toString(freed.getEpochSecond())),
                new BridgeEntry(
                        NODE, World.INTEGRATION_BRIDGE, "karst-freed-fd01::9", Long.toString(freed.getEpochSecond())));
        mailbox.awaitAcknowledged(TARGET, 1);
        driver.stop();
        server.vsctl("--", "set", "Bridge", "br-int", "external_ids:karst-freed-nonsense=x");
        server.vsctl(
                "add-port",
                "br-int",
                "odd",
                "--",
                "set",
                "Interface",
                "odd",
                "type=dummy",
                "external_ids:karst-container=c",
                "external_ids:karst-ifname=e");

        startDriver();
        apply(1, Pruning.NOTHING, bridge());
        mailbox.await("sync", () -> mailbox.sources().contains("synced attachments/node-1"));
        assertThat(mailbox.rows(World.ATTACHMENTS)).isEqualTo(Map.of(KEY, ATTACHMENT));
        assertThat(mailbox.rows(World.FREED_ADDRESSES))
                .isEqualTo(Map.of(
                        new NodeAddress(NODE, Ip.parse("10.128.0.9")), freed,
                        new NodeAddress(NODE, Ip.parse("fd01::9")), freed));
        assertThat(mailbox.sources()).contains("until " + freed.plusSeconds(3600) + " node-1/fd01::9");
        assertThat(server.vsctl("list-ports", "br-int")).isEqualTo("odd\nveth1");

        // the same wants, now complete: nothing is removed that somebody wants, and the freed address only now
        apply(2, ALL, attached());
        mailbox.awaitAcknowledged(TARGET, 2);
        assertThat(server.vsctl("list-ports", "br-int")).isEqualTo("odd\nveth1");
        assertThat(server.vsctl("get", "Bridge", "br-int", "external_ids"))
                .isEqualTo("{karst-owner=karst, karst-stage-9=track}");
    }

    @Test
    void whatTheSwitchCannotOpenIsAFactWithItsWords() {
        apply(1, Pruning.NOTHING, bridge(), port("veth-missing", "", new TreeMap<>()));
        PortKey key = new PortKey(NODE, "veth-missing");
        mailbox.await("the error", () -> mailbox.row(World.INTERFACES, key)
                .filter(it -> !it.error().isEmpty())
                .isPresent());
        assertThat(mailbox.row(World.INTERFACES, key).orElseThrow().error()).contains("veth-missing");
        assertThat(mailbox.row(World.INTERFACES, key).orElseThrow().ready()).isFalse();
        mailbox.awaitAcknowledged(TARGET, 1);
    }

    @Test
    void whatTheDatabaseRefusesIsAFactWithASentence() {
        apply(
                1,
                Pruning.NOTHING,
                bridge(),
                new PortItem(NODE, "br-none", "p1", "dummy", Optional.empty(), 0, new TreeMap<>(), new TreeMap<>()));
        PortKey key = new PortKey(NODE, "p1");
        mailbox.await("the sentence", () -> mailbox.row(World.INTERFACES, key).isPresent());
        assertThat(mailbox.row(World.INTERFACES, key).orElseThrow().error())
                .isEqualTo("Port p1 waits for its bridge br-none, which does not exist.");
        driver.apply(new Batch(
                2,
                List.of(Change.removed(new PortItem(
                        NODE, "br-none", "p1", "dummy", Optional.empty(), 0, new TreeMap<>(), new TreeMap<>()))),
                Pruning.NOTHING));
        mailbox.await("its end", () -> mailbox.row(World.INTERFACES, key).isEmpty());
    }

    @Test
    void forgetsANodeThatWasNeverThere() {
        driver.stop();
        driver = new OvsdbDriver("unix:" + server.directory().resolve("nobody.sock"));
        mailbox = new RecordingMailbox();
        driver.start(mailbox);
        apply(1, Pruning.NOTHING, bridge());
        mailbox.await("its sources", () -> mailbox.sources().contains("expect attachments/node-1"));
        driver.apply(new Batch(2, List.of(Change.removed(bridge())), Pruning.NOTHING));
        mailbox.await("the end of the wait for it", () -> mailbox.sources().contains("forget attachments/node-1"));
    }

    @Test
    void leavesANodeWhenNothingIsWantedThere() {
        apply(1, ALL, bridge(), attached());
        mailbox.awaitAcknowledged(TARGET, 1);
        driver.apply(new Batch(2, List.of(Change.removed(bridge()), Change.removed(attached())), ALL));
        mailbox.awaitAcknowledged(TARGET, 2);
        mailbox.await("the end", () -> mailbox.sources().contains("forget interfaces/node-1"));
        assertThat(mailbox.rows(World.INTERFACES)).isEmpty();
        assertThat(server.vsctl("list-br")).isEmpty();
    }

    @Test
    void aWrongEndpointIsRefusedWithASentence() {
        assertThatThrownBy(() -> new OvsdbDriver("/run/{node}/db.sock")).hasMessageContaining("is no OVSDB endpoint");
    }
}
