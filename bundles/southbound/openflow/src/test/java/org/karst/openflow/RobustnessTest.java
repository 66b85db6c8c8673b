package org.karst.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.incremental.Change;
import org.karst.pipeline.Action;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Meter;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.SwitchItem;

/** What goes wrong with a real switch, and what must not. */
@Tag("root")
final class RobustnessTest {
    private static final String NODE = "node-1";
    private static final long DATAPATH = 0x4b03;
    private static final Pruning ALL = new Pruning(true, Set.of());
    private static final Flow GOOD = new Flow(8, 1, Match.ip(), List.of(new Action.Goto(9)));
    private static final Flow BAD = new Flow(8, 2, Match.arp(), List.of(new Action.DecrementTtl()));

    private final RecordingMailbox mailbox = new RecordingMailbox();
    private final OpenFlowDriver driver = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0));
    private RealSwitch real;
    private int port;
    private long revision;

    @BeforeEach
    void start() throws Exception {
        real = RealSwitch.start(DATAPATH);
        driver.start(mailbox);
        port = driver.port().toCompletableFuture().get(60, TimeUnit.SECONDS);
        real.connect(port);
    }

    @AfterEach
    void stop() throws Exception {
        try {
            driver.stop();
        } finally {
            if (real != null) {
                real.close();
            }
        }
    }

    private static Change add(Flow flow) {
        return Change.added(item(flow));
    }

    private static FlowItem item(Flow flow) {
        return FlowItem.on(NODE, flow).with(Cookie.of(9, "rule", flow.match()));
    }

    private static Change accept() {
        return Change.added(new SwitchItem(NODE, DATAPATH));
    }

    private void applied(Change... changes) throws InterruptedException {
        driver.apply(new Batch(++revision, List.of(changes), ALL));
        mailbox.awaitAcknowledged(NODE, revision);
    }

    private Set<String> held() throws Exception {
        Set<String> texts = new TreeSet<>();
        for (InstalledFlow flow : driver.dump(NODE).toCompletableFuture().get(60, TimeUnit.SECONDS)) {
            texts.add(flow.flow().map(Flow::toString).orElse("?"));
        }
        return texts;
    }

    @Test
    void aRefusedFlowHoldsBackNoOther() throws Exception {
        List<Change> changes = new ArrayList<>(List.of(accept(), add(GOOD), add(BAD)));
        for (int i = 0; i < 3_000; i++) {
            changes.add(add(new Flow(10, i, Match.ip(), List.of())));
        }
        applied(changes.toArray(Change[]::new));
        assertThat(held()).hasSize(3_001).contains(GOOD.toString()).doesNotContain(BAD.toString());
        assertThat(driver.statuses().get(NODE).refusedFlows()).isEqualTo(1);

        Flow better = new Flow(8, 2, Match.arp(), List.of());
        applied(Change.modified(item(BAD), item(better)));
        assertThat(held()).hasSize(3_002).contains(better.toString());
        assertThat(driver.statuses().get(NODE).refusedFlows()).isZero();
    }

    /** The switch judges the room in a table only at the commit, and takes the whole bundle back. */
    @Test
    void aFullTableHoldsBackNoOther() throws Exception {
        real.vsctl(
                "--id=@t",
                "create",
                "flow_table",
                "flow_limit=5",
                "overflow_policy=refuse",
                "--",
                "set",
                "bridge",
                RealSwitch.BRIDGE,
                "flow_tables:10=@t");
        List<Change> changes = new ArrayList<>(List.of(accept(), add(GOOD)));
        for (int i = 0; i < 8; i++) {
            changes.add(add(new Flow(10, i, Match.ip(), List.of())));
        }
        applied(changes.toArray(Change[]::new));
        assertThat(held()).hasSize(6).contains(GOOD.toString());
        assertThat(driver.statuses().get(NODE).refusedFlows()).isEqualTo(3);
    }

    @Test
    void aFlowThatBecomesBadStaysAsItWas() throws Exception {
        Flow fine = new Flow(8, 2, Match.arp(), List.of());
        applied(accept(), add(fine));
        applied(Change.modified(item(fine), item(BAD)), add(GOOD));
        assertThat(held()).containsExactlyInAnyOrder(fine.toString(), GOOD.toString());
    }

    @Test
    void aFlowTooLongForOpenFlowIsLeftOut() throws Exception {
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            actions.add(new Action.Output(i + 1));
        }
        applied(accept(), add(GOOD), add(new Flow(8, 3, Match.arp(), actions)));
        assertThat(held()).containsExactly(GOOD.toString());
    }

    @Test
    void aRestartedSwitchGetsItsFlowsAndMetersBack() throws Exception {
        Meter meter = new Meter(NODE, 7, 100, 10);
        Flow metered = new Flow(8, 5, Match.arp(), List.of(new Action.ToController(1, 7)));
        applied(accept(), Change.added(meter), add(GOOD), add(metered));
        Set<String> before = held();
        assertThat(before).hasSize(2);
        real.killDaemon();
        mailbox.await("the end", () -> mailbox.connection(NODE).isEmpty());
        real.startDaemon();
        mailbox.await("another connection", () -> mailbox.connection(NODE).isPresent());
        applied();
        assertThat(held()).isEqualTo(before);
        assertThat(real.ofctl("dump-meters"))
                .contains("meter=7 pktps burst stats")
                .contains("rate=100 burst_size=10");

        applied(Change.modified(meter, new Meter(NODE, 7, 200, 20)));
        assertThat(real.ofctl("dump-meters")).contains("rate=200 burst_size=20");
        applied(Change.removed(new Meter(NODE, 7, 200, 20)), Change.removed(item(metered)));
        assertThat(real.ofctl("dump-meters")).doesNotContain("meter=7");
        assertThat(held()).containsExactly(GOOD.toString());
    }

    @Test
    void aStrangerIsAcceptedOnceItsNodeIsKnown() throws Exception {
        driver.apply(new Batch(++revision, List.of(Change.added(new SwitchItem(NODE, 1)), add(GOOD)), ALL));
        Thread.sleep(500);
        assertThat(mailbox.connection(NODE)).isEmpty();
        applied(Change.modified(new SwitchItem(NODE, 1), new SwitchItem(NODE, DATAPATH)));
        assertThat(held()).containsExactly(GOOD.toString());

        driver.apply(new Batch(++revision, List.of(Change.removed(new SwitchItem(NODE, DATAPATH))), ALL));
        mailbox.await("the end", () -> mailbox.connection(NODE).isEmpty());
    }

    @Test
    void packetsComeAndGo() throws Exception {
        real.vsctl(
                "add-port", RealSwitch.BRIDGE, "p1", "--", "set", "interface", "p1", "type=dummy", "ofport_request=3");
        Flow ask = new Flow(
                0,
                1,
                Match.ip(),
                List.of(new Action.SetField(Field.REG3.whole(), Bits.of(0x1234)), new Action.ToController(77, 0)));
        applied(accept(), add(ask));
        byte[] frame = new byte[64];
        frame[5] = 2;
        frame[11] = 1;
        frame[12] = 8;
        frame[14] = 0x45;
        frame[17] = 50;
        frame[22] = 9;
        StringBuilder hex = new StringBuilder();
        for (byte octet : frame) {
            hex.append(String.format("%02x", octet));
        }
        real.appctl("netdev-dummy/receive", "p1", hex.toString());
        mailbox.await("a packet", () -> !mailbox.packets().isEmpty());
        PacketIn packet = mailbox.packets().get(0);
        assertThat(packet.node()).isEqualTo(NODE);
        assertThat(packet.answer()).isEqualTo(77);
        assertThat(packet.frame()).isEqualTo(frame);
        assertThat(packet.match().is(Field.IN_PORT, 3)).isTrue();
        assertThat(packet.match().is(Field.REG3, 0x1234)).isTrue();

        driver.send(PacketOut.throughPipeline(NODE, frame));
        mailbox.await("the packet that was sent", () -> mailbox.packets().size() == 2);
        assertThat(mailbox.packets().get(1).match().is(Field.IN_PORT, 0xfffd)).isTrue();
        assertThat(mailbox.packets().get(1).frame()).isEqualTo(frame);

        driver.send(PacketOut.out(NODE, 3, frame));
        driver.send(PacketOut.out("node-9", 3, frame));
        mailbox.await("a dropped packet", () -> driver.droppedPackets() == 1);
        mailbox.await("a packet out of the port", () -> {
            try {
                return real.ofctl("dump-ports", "p1").contains("tx pkts=1");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void badBytesEndTheirConnectionAlone() throws Exception {
        applied(accept(), add(GOOD));
        long generation = mailbox.connection(NODE).orElseThrow().generation();
        Random random = new Random(11);
        byte[] hello = {6, 0, 0, 16, 0, 0, 0, 1, 0, 1, 0, 8, 0, 0, 0, 0x40};
        byte[][] beginnings = {
            {6, 0, 0, 7, 0, 0, 0, 1},
            {6, 0, 0, 0, 0, 0, 0, 1},
            {4, 0, 0, 8, 0, 0, 0, 1},
            {1, 10, 0, 8, 0, 0, 0, 1},
            {6, 6, 0, 9, 0, 0, 0, 1, 1},
            {6, 19, 0, 17, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1},
            {6, 33, 0, 8, 0, 0, 0, 1}
        };
        for (byte[] beginning : beginnings) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(60_000);
                socket.getOutputStream().write(hello);
                socket.getOutputStream().write(beginning);
                socket.getOutputStream().flush();
                assertThat(endOf(socket)).isTrue();
            }
        }
        for (int i = 0; i < 100; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                socket.getOutputStream().write(noise);
            }
        }
        applied(add(new Flow(11, 1, Match.ip(), List.of())));
        assertThat(held()).hasSize(2);
        assertThat(mailbox.connection(NODE).orElseThrow().generation()).isEqualTo(generation);
    }

    /** Reads to the end; whether it comes. */
    private static boolean endOf(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // the greeting
            }
        } catch (java.net.SocketException e) {
            return true; // reset: also an end
        }
        return true;
    }
}
