package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.controller.Inspection;
import org.karst.incremental.Query;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Mailbox.Lane;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.Subject;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.World;

/** A feature that guards is uninstalled, and the process ends: the next one keeps it in force. */
class GuardTest extends LoopFixture {
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final SampleFeature GUARD = new SampleFeature("guard", "sample", Match.ip(), 1, true, null);
    private static final SampleFeature OTHER = new SampleFeature("other", "passing", Match.ipv6(), 2, false, null);

    @TempDir
    private Path etc;

    private RecordingDriver driver;

    @BeforeEach
    void first() throws Exception {
        restart();
    }

    private Path file() {
        return etc.resolve("karst.guards");
    }

    /** The process before is gone, if there was one; another finds its file. */
    private void restart() throws Exception {
        loop.close();
        loop = new Loop(clock, Set.of(), GuardFile.read(file()));
        driver = new RecordingDriver();
        get(loop.bind(new GuardFile(file())));
        get(loop.bind(driver));
        node("a");
        written();
    }

    /** Waits until what was posted before has settled and the file tells of it. */
    private void written() throws Exception {
        get(loop.acknowledged(view -> true, Optional.of("guards"), Duration.ofSeconds(10)));
        get(loop.inspect(Inspection::revision));
    }

    private void uninstall(SampleFeature feature) throws Exception {
        get(loop.unbind(feature, GRACE));
        get(loop.bypass(feature.name(), Loop.REVALIDATION));
        written();
    }

    private static String gate() {
        return "table=" + Slot.EXTENSION_1.gate() + ",priority=100,ip actions=goto_table:"
                + GUARD.table().number();
    }

    @Test
    void itStaysInForceAfterARestartUntilItIsReleased() throws Exception {
        get(loop.bind(GUARD));
        get(loop.bind(OTHER));
        written();
        uninstall(GUARD);
        uninstall(OTHER);
        restart();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate()))
                .contains(gate())
                .hasSize(2);
        assertThat(driver.last().pruning().frozen())
                .as("its flows in the switches stay, whatever they are")
                .containsExactly(GUARD.table().number());
        restart();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate())).contains(gate());

        get(loop.release("guard"));
        written();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate())).doesNotContain(gate());
        assertThat(driver.last().pruning().frozen())
                .as("packets are on their way through it until a revalidation")
                .containsExactly(GUARD.table().number());
        clock.pass(Duration.ofSeconds(3));
        loop.post(Lane.FACTS, facts -> {});
        get(loop.inspect(Inspection::revision));
        assertThat(driver.last().pruning().frozen()).isEmpty();
        restart();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate())).doesNotContain(gate());
        assertThat(driver.last().pruning().frozen()).isEmpty();
    }

    @Test
    void itsFeatureTakesItOverWhenItComesAgain() throws Exception {
        get(loop.bind(GUARD));
        uninstall(GUARD);
        assertThat(Files.readAllLines(file())).last().asString().startsWith("stage sample guard EXTENSION_1 1=");
        restart();
        get(loop.bind(GUARD));
        written();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate())).contains(gate());
        assertThat(driver.flowsOfTable(GUARD.table().number())).hasSize(1);
        assertThat(driver.last().pruning().frozen()).isEmpty();
        assertThat(Files.readAllLines(file())).allMatch(line -> line.startsWith("#"));
    }

    @Test
    void aFileThatCannotBeReadStopsTheStart() throws Exception {
        for (String line : List.of(
                "stage sample guard",
                "stage sample guard NOWHERE 1=T *",
                "stage sample guard EXTENSION_1 9=T *",
                "stage sample guard EXTENSION_1 1=T ip,,",
                "stage sample guard EXTENSION_1 1=t *",
                "sample guard EXTENSION_1 1=T *",
                "verdict guard guard/0 a c1 eth0 EGRESS 1g",
                "verdict guard guard/0 a c1 eth0 SIDEWAYS 1")) {
            Files.write(file(), List.of(line));
            assertThatThrownBy(() -> GuardFile.read(file()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file().toString())
                    .hasMessageEndingWith("if what it guards may be open");
        }
    }

    @Test
    void itsVerdictsStayInForceToo() throws Exception {
        Subject subject = new Subject(new AttachmentKey("a", "c1", "eth0"), Direction.EGRESS);
        Attachment attachment = new Attachment(
                new PodKey("shop", "web"),
                "port",
                "/run/netns/web",
                MacAddress.parse("0a:00:00:00:00:01"),
                1400,
                List.of(new InterfaceAddress(Ip.parse("10.128.0.4"), 23)),
                List.of());
        loop.post(Lane.FACTS, facts -> facts.put(World.ATTACHMENTS, subject.attachment(), attachment));
        Judging guard = new Judging(GUARD, Query.of("judging", (view, asked) -> asked.equals(subject) ? 0xcafeL : 0));
        get(loop.bind(guard));
        written();
        assertThat(get(loop.<Long>read(view -> view.get(Verdicts.SUM, subject))))
                .isNotZero();
        long verdict = get(loop.read(view -> view.get(Verdicts.SUM, subject)));
        get(loop.unbind(guard, GRACE));
        written();
        restart();
        restart();
        assertThat(get(loop.<Long>read(view -> view.get(Verdicts.SUM, subject))))
                .isEqualTo(verdict);
        get(loop.release("guard"));
        clock.pass(Duration.ofSeconds(3));
        loop.post(Lane.FACTS, facts -> {});
        written();
        assertThat(get(loop.<Long>read(view -> view.get(Verdicts.SUM, subject))))
                .isZero();
        assertThat(Files.readAllLines(file())).allMatch(line -> line.startsWith("#"));
    }

    /** A feature that guards and decides about pods. */
    private record Judging(SampleFeature sample, Query<Subject, Long> verdict) implements Feature {
        @Override
        public String name() {
            return sample.name();
        }

        @Override
        public List<Stage> stages() {
            return sample.stages();
        }

        @Override
        public List<Query<Subject, Long>> verdicts() {
            return List.of(verdict);
        }
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        SplittableRandom random = new SplittableRandom(1);
        List<Match> gates = List.of(Match.all(), Match.ip(), Match.ipv6(), Match.parse("udp,tp_dst=67"));
        for (int i = 0; i < 100; i++) {
            Slot slot = Slot.values()[random.nextInt(Slot.values().length)];
            GuardStageItem guard = new GuardStageItem(
                    "stage-" + i,
                    "feature-" + random.nextInt(9),
                    slot,
                    gates.get(random.nextInt(gates.size())),
                    List.of(new TableRef(slot, 1, "A"), new TableRef(slot, 2 + random.nextInt(6), "B_" + i)));
            assertThat(GuardStageItem.parse(guard.line())).isEqualTo(guard);
        }
    }
}
