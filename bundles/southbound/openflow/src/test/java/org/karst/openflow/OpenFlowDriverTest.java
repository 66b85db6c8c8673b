package org.karst.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.karst.pipeline.Pruning;
import org.karst.pipeline.SwitchItem;

/** The driver against a real switch. */
@Tag("root")
final class OpenFlowDriverTest {
    private static final String NODE = "node-1";
    private static final long DATAPATH = 0x4b01;
    private static final int STAGE = 9;
    private static final Pruning ALL = new Pruning(true, Set.of());

    private final RecordingMailbox mailbox = new RecordingMailbox();
    private final OpenFlowDriver driver = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0));
    private RealSwitch real;
    private SwitchLine line;
    private long revision;

    @BeforeEach
    void start() throws Exception {
        real = RealSwitch.start(DATAPATH);
        driver.start(mailbox);
        line = real.connect(driver.port().toCompletableFuture().get(60, TimeUnit.SECONDS));
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

    private static FlowItem item(Flow flow) {
        return FlowItem.on(NODE, flow).with(Cookie.of(STAGE, "rule", flow.match()));
    }

    private static Flow flow(int number) {
        return new Flow(
                STAGE,
                100,
                Match.ip().and(Field.REG1, number),
                List.of(new Action.SetField(Field.REG2.range(0, 15), Bits.of(number & 0xffff)), new Action.Goto(10)));
    }

    private static Flow changed(Flow flow) {
        return new Flow(flow.table(), flow.priority(), flow.match(), List.of());
    }

    private long apply(Pruning pruning, Change... changes) {
        driver.apply(new Batch(++revision, List.of(changes), pruning));
        return revision;
    }

    private void applied(Pruning pruning, Change... changes) throws InterruptedException {
        mailbox.awaitAcknowledged(NODE, apply(pruning, changes));
    }

    private Change accept() {
        return Change.added(new SwitchItem(NODE, DATAPATH));
    }

    private List<InstalledFlow> dump() throws Exception {
        return driver.dump(NODE).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Set<String> texts() throws Exception {
        Set<String> texts = new TreeSet<>();
        dump().forEach(flow -> texts.add(flow.flow().map(Flow::toString).orElse("?")));
        return texts;
    }

    @Test
    void installsFlowsAndAcknowledgesThem() throws Exception {
        List<Change> changes = new ArrayList<>(List.of(accept()));
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 5_000; i++) {
            changes.add(Change.added(item(flow(i))));
            expected.add(flow(i).toString());
        }
        applied(Pruning.NOTHING, changes.toArray(Change[]::new));
        assertThat(texts()).isEqualTo(expected);
        assertThat(mailbox.connection(NODE)).map(row -> row.datapathId()).contains(DATAPATH);
        assertThat(driver.statuses().get(NODE).bundles()).isEqualTo(3);
        assertThat(driver.times().get("bundle").count()).isEqualTo(3);

        applied(Pruning.NOTHING, Change.modified(item(flow(1)), item(changed(flow(1)))), Change.removed(item(flow(2))));
        expected.remove(flow(1).toString());
        expected.add(changed(flow(1)).toString());
        assertThat(texts()).as("nothing may be removed yet").isEqualTo(expected);

        applied(ALL);
        expected.remove(flow(2).toString());
        assertThat(texts()).isEqualTo(expected);
    }

    @Test
    void switchThatIsHereBeforeTheFactsWaitsAndIsTakenOverByItsFirstConnection() throws Exception {
        Path log = real.directory().resolve("vswitchd.log");
        mailbox.await("the switch is connected", () -> connections(log) == 1);
        // Longer than the second after which a switch that was sent away comes back.
        Thread.sleep(1_500);
        assertThat(mailbox.connection(NODE)).isEmpty();
        applied(ALL, accept(), Change.added(item(flow(1))));
        assertThat(texts()).containsExactly(flow(1).toString());
        assertThat(connections(log)).isEqualTo(1);
    }

    private static long connections(Path log) {
        try {
            return Files.readAllLines(log).stream()
                    .filter(text -> text.contains("rconn|INFO") && text.endsWith(": connected"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tellsWhichFlowSomebodyDeletedOrAltered() throws Exception {
        applied(ALL, accept(), Change.added(item(flow(1))), Change.added(item(flow(2))), Change.added(item(flow(3))));
        assertThat(driver.inspect(NODE).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .isEmpty();
        real.ofctl("add-flow", "table=1,priority=3,actions=drop");
        assertThat(driver.inspect(NODE).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .as("somebody else's flow is no difference")
                .isEmpty();
        real.ofctl("del-flows", "--strict", "table=" + STAGE + ",priority=100,ip,reg1=2");
        real.ofctl("mod-flows", "--strict", "table=" + STAGE + ",priority=100,ip,reg1=3,actions=drop");
        assertThat(driver.inspect(NODE).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .containsExactly(
                        "the switch has something else instead of the flow \"" + flow(3) + "\"",
                        "the switch lacks the flow \"" + flow(2) + "\"");
        assertThat(driver.inspect("elsewhere").toCompletableFuture())
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableThat()
                .withMessageContaining("node elsewhere has no switch");
    }

    @Test
    void healsWhatDiffersAtConnectAndTouchesNothingElse() throws Exception {
        applied(
                ALL,
                accept(),
                Change.added(item(flow(1))),
                Change.added(item(flow(2))),
                Change.added(item(flow(3))),
                Change.added(item(flow(4))));
        Thread.sleep(1_100);
        long generation = mailbox.connection(NODE).orElseThrow().generation();
        String match = "table=9,priority=100,ip,reg1=";
        real.ofctl("mod-flows", "--strict", match + "2 actions=drop");
        real.ofctl("del-flows", "--strict", match + "3");
        real.ofctl("add-flow", "table=9,priority=7,udp,cookie=0x1234 actions=drop");
        real.ofctl("add-flow", "cookie=0x4b09000000000000,table=9,priority=8,udp actions=drop");
        real.ofctl(
                "add-flow", "cookie=0x4b09000000000000,table=9,priority=9,udp,idle_timeout=77 actions=learn(table=1)");
        line.cut();
        mailbox.await("another connection", () -> mailbox.connection(NODE)
                .filter(row -> row.generation() > generation)
                .isPresent());
        applied(ALL, Change.added(item(flow(5))));
        assertThat(texts())
                .containsExactlyInAnyOrder(
                        flow(1).toString(),
                        flow(2).toString(),
                        flow(3).toString(),
                        flow(4).toString(),
                        flow(5).toString(),
                        "table=9,priority=7,udp actions=drop");
        assertThat(driver.statuses().get(NODE).foreignFlows()).isEqualTo(1);
        for (InstalledFlow flow : dump()) {
            if (flow.flow().equals(Optional.of(flow(1))) || flow.flow().equals(Optional.of(flow(4)))) {
                assertThat(flow.age()).as("age of %s", flow.flow()).isGreaterThan(java.time.Duration.ofMillis(1_100));
            }
        }
    }
}
