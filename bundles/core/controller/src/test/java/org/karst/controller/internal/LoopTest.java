package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.controller.StageStatus;
import org.karst.incremental.Failure;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.Action;
import org.karst.pipeline.Answer;
import org.karst.pipeline.Bits;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Leadership;
import org.karst.pipeline.LeaseItem;
import org.karst.pipeline.Mailbox.Lane;
import org.karst.pipeline.Match;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Target;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

class LoopTest extends LoopFixture {
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final Target TARGET = new Target("recording", "a");

    private final RecordingDriver driver = new RecordingDriver();

    LoopTest() {
        super("wanted");
    }

    @BeforeEach
    void start() throws Exception {
        get(loop.bind(driver));
        node("a");
    }

    private static String gateOf(SampleFeature feature) {
        return "table=" + Slot.EXTENSION_1.gate() + ",priority=100,ip actions=goto_table:"
                + feature.table().number();
    }

    @Test
    void eachSlotHasAGateThatPassesOrDrops() {
        assertThat(driver.flowsOfTable(Slot.DNS.gate()))
                .containsExactly("table=" + Slot.DNS.gate() + ",priority=0 actions=goto_table:" + Slot.QOS.gate());
        assertThat(driver.flowsOfTable(Slot.SPOOF_GUARD.gate()))
                .as("a family that no stage guards")
                .containsExactly("table=" + Slot.SPOOF_GUARD.gate() + ",priority=0 actions=drop");
    }

    @Test
    void aFeatureChangesNothingOutsideItsSlot() throws Exception {
        int before = driver.batches();
        SampleFeature feature = SampleFeature.plain("one");
        get(loop.bind(feature));
        settled();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate())).contains(gateOf(feature));
        assertThat(driver.changesSince(before)).as("one flow and one gate").isEqualTo(2);
    }

    @Test
    void aStoppedFeatureStaysInForceUntilTheGraceIsOver() throws Exception {
        SampleFeature feature = SampleFeature.plain("one");
        get(loop.bind(feature));
        settled();
        int before = driver.batches();
        get(loop.unbind(feature, GRACE));
        settled();
        assertThat(driver.changesSince(before)).as("while the grace lasts").isZero();
        assertThat(get(loop.inspect(Inspection::stages)))
                .filteredOn(stage -> stage.name().equals("sample"))
                .extracting(StageStatus::state)
                .containsExactly(StageStatus.State.DEPARTED);
        clock.pass(GRACE.plusSeconds(1));
        loop.post(Lane.FACTS, facts -> {});
        settled();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate())).doesNotContain(gateOf(feature));
        assertThat(driver.flowsOfTable(feature.table().number())).isEmpty();
    }

    @Test
    void aSuccessorTakesOverWithoutAnyChange() throws Exception {
        SampleFeature old = SampleFeature.plain("one");
        get(loop.bind(old));
        settled();
        int before = driver.batches();
        get(loop.unbind(old, GRACE));
        get(loop.bind(SampleFeature.plain("one")));
        settled();
        clock.pass(GRACE.plusSeconds(1));
        loop.post(Lane.FACTS, facts -> {});
        settled();
        assertThat(driver.changesSince(before)).isZero();
        assertThat(driver.flowsOfTable(old.table().number())).hasSize(1);
    }

    @Test
    void anUninstalledFeatureIsBypassedAtOnceAndCleanedLater() throws Exception {
        SampleFeature feature = SampleFeature.plain("one");
        get(loop.bind(feature));
        settled();
        get(loop.unbind(feature, GRACE));
        get(loop.bypass("one", Duration.ofSeconds(2)));
        settled();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate())).doesNotContain(gateOf(feature));
        assertThat(driver.flowsOfTable(feature.table().number()))
                .as("until a revalidation")
                .hasSize(1);
        clock.pass(Duration.ofSeconds(3));
        loop.post(Lane.FACTS, facts -> {});
        settled();
        assertThat(driver.flowsOfTable(feature.table().number())).isEmpty();
    }

    @Test
    void aFeatureThatIsUninstalledIsWantedNoMore() throws Exception {
        SampleFeature feature = SampleFeature.plain("wanted");
        get(loop.bind(feature));
        get(loop.unbind(feature, GRACE));
        assertThat(get(loop.inspect(Inspection::notReady))).anyMatch(sentence -> sentence.contains("feature wanted"));
        get(loop.bypass("wanted", Duration.ofSeconds(2)));
        assertThat(get(loop.inspect(Inspection::notReady))).noneMatch(sentence -> sentence.contains("feature wanted"));
    }

    @Test
    void aGuardStaysInForceWithoutItsBundle() throws Exception {
        SampleFeature guard = new SampleFeature("guard", "sample", Match.ip(), 1, true, null);
        get(loop.bind(guard));
        settled();
        get(loop.unbind(guard, GRACE));
        get(loop.bypass("guard", Duration.ofSeconds(2)));
        clock.pass(Duration.ofDays(1));
        loop.post(Lane.FACTS, facts -> {});
        settled();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate())).contains(gateOf(guard));
        assertThat(driver.last().pruning().frozen()).contains(guard.table().number());
    }

    @Test
    void aGuardIsReleasedByNameOnly() throws Exception {
        SampleFeature guard = new SampleFeature("guard", "sample", Match.ip(), 1, true, null);
        get(loop.bind(guard));
        settled();
        assertThatThrownBy(() -> get(loop.release("guard")))
                .hasRootCauseMessage("nothing of guard is frozen; no feature that guards is away");
        get(loop.unbind(guard, GRACE));
        assertThatThrownBy(() -> get(loop.release("other")))
                .hasRootCauseMessage("nothing of other is frozen; in force without their bundles: guard");
        assertThat(get(loop.release("guard"))).containsExactly("sample");
        settled();
        assertThat(driver.flowsOfTable(Slot.EXTENSION_1.gate())).doesNotContain(gateOf(guard));
        assertThat(driver.flowsOfTable(guard.table().number()))
                .as("until a revalidation")
                .hasSize(1);
        clock.pass(Duration.ofSeconds(3));
        loop.post(Lane.FACTS, facts -> {});
        settled();
        assertThat(driver.flowsOfTable(guard.table().number())).isEmpty();
    }

    @Test
    void aFeatureThatStopsTwiceHasTheWholeGraceTwice() throws Exception {
        SampleFeature feature = SampleFeature.plain("one");
        get(loop.bind(feature));
        settled();
        get(loop.unbind(feature, GRACE));
        clock.pass(GRACE.minusSeconds(1));
        SampleFeature successor = SampleFeature.plain("one");
        get(loop.bind(successor));
        settled();
        get(loop.unbind(successor, GRACE));
        clock.pass(GRACE.minusSeconds(1));
        loop.post(Lane.FACTS, facts -> {});
        settled();
        assertThat(driver.flowsOfTable(feature.table().number())).hasSize(1);
    }

    @Test
    void featuresThatDoNotFitAreRefusedAsAWhole() throws Exception {
        get(loop.bind(SampleFeature.plain("one")));
        settled();
        int before = driver.batches();
        SampleFeature samePackets = new SampleFeature("two", "other", Match.ip(), 2, false, null);
        SampleFeature sameTable = new SampleFeature("two", "other", Match.arp(), 1, false, null);
        SampleFeature sameStage = new SampleFeature("two", "sample", Match.arp(), 2, false, null);
        assertThatThrownBy(() -> get(loop.bind(samePackets))).hasMessageContaining("the same packets");
        assertThatThrownBy(() -> get(loop.bind(sameTable))).hasMessageContaining("wants a table");
        assertThatThrownBy(() -> get(loop.bind(sameStage))).hasMessageContaining("bound already by one");
        settled();
        assertThat(driver.changesSince(before)).isZero();
    }

    @Test
    void theLinkerRefusesABadFlowWithASentence() throws Exception {
        TableRef own = new TableRef(Slot.EXTENSION_1, 1, "SAMPLE1");
        List<Flow> bad = List.of(
                Flow.inGate(Slot.DNS),
                Flow.in(own).then(new Action.Goto(Slot.DNS.gate())),
                Flow.in(own).then(new Action.Goto(Slot.OUTPUT.gate())),
                Flow.in(own).then(new Action.Resubmit(own.number())),
                Flow.in(own).when(Match.all().and(Field.TCP_DST, 80)),
                Flow.in(own).when(Match.all().and(Field.REG9, 1)),
                Flow.in(own).then(new Action.SetField(Field.REG0.range(30, 31), Bits.of(1))),
                Flow.in(own).then(new Action.SetField(Field.ETH_TYPE.whole(), Bits.of(1))));
        List<String> reasons = List.of(
                "not one of its tables",
                "goes forward",
                "goes forward",
                "goes forward",
                "needs TCP",
                "does not declare",
                "does not declare",
                "cannot be changed");
        for (int i = 0; i < bad.size(); i++) {
            SampleFeature feature = new SampleFeature("one", "sample", Match.ip(), 1, false, bad.get(i));
            get(loop.bind(feature));
            List<Failure> failures = get(loop.inspect(Inspection::failures));
            assertThat(failures)
                    .as(bad.get(i).toString())
                    .singleElement()
                    .asString()
                    .contains(reasons.get(i));
            get(loop.unbind(feature, Duration.ZERO));
            loop.post(Lane.FACTS, facts -> {});
            settled();
        }
    }

    @Test
    void whoWaitsIsToldWhenItHoldsAndIsTrueInTheWorld() throws Exception {
        CompletableFuture<String> waiting = loop.await(
                        view -> view.get(World.NODES.table(), new PodKey("", "b"))
                                .map(Node::name),
                        Set.of(new Target("recording", "b")),
                        GRACE)
                .toCompletableFuture();
        settled();
        assertThat(waiting).isNotDone();
        node("b");
        long revision = settled();
        assertThat(waiting).as("not acknowledged yet").isNotDone();
        loop.acknowledge(TARGET, revision);
        loop.acknowledge(new Target("recording", "b"), revision - 1);
        settled();
        assertThat(waiting).as("another node, an older revision").isNotDone();
        loop.acknowledge(new Target("recording", "b"), revision);
        assertThat(get(waiting)).isEqualTo("b");
    }

    @Test
    void whoWaitsTooLongIsToldWhatIsMissing() throws Exception {
        CompletionStage<String> never = loop.await(view -> Optional.empty(), Set.of(TARGET), GRACE);
        settled();
        clock.pass(GRACE.plusSeconds(1));
        loop.post(Lane.FACTS, facts -> {});
        assertThatThrownBy(() -> get(never)).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void aMessageThatFailsDisturbsNobody() throws Exception {
        loop.post(Lane.FACTS, facts -> {
            throw new IllegalStateException("on purpose");
        });
        node("b");
        assertThat(loop.statistics().failedMessages()).isEqualTo(1);
        assertThat(get(loop.inspect(Inspection::items))).isNotEmpty();
    }

    @Test
    void aRowWithADeadlineEndsUnlessItWasReplaced() throws Exception {
        Node kept = new Node("c", "uid", "", Labels.NONE, List.of(), List.of());
        Node first = new Node("d", "uid", "", Labels.NONE, List.of(), List.of());
        Node second = new Node("d", "another", "", Labels.NONE, List.of(), List.of());
        loop.post(Lane.FACTS, facts -> {
            facts.put(
                    World.NODES.table(),
                    new PodKey("", "c"),
                    kept,
                    clock.instant().plusSeconds(5));
            facts.put(
                    World.NODES.table(),
                    new PodKey("", "d"),
                    first,
                    clock.instant().plusSeconds(5));
            facts.put(World.NODES.table(), new PodKey("", "d"), second);
        });
        settled();
        clock.pass(Duration.ofSeconds(6));
        loop.post(Lane.FACTS, facts -> {});
        settled();
        SortedSet<PodKey> left = get(loop.read(view -> view.all(World.NODES.table())));
        assertThat(left).extracting(PodKey::name).containsExactly("a", "d");
    }

    @Test
    void aPacketIsAnsweredByTheAnswerThatItIsMeantFor() throws Exception {
        get(loop.bind(SampleFeature.plain("one")));
        byte[] frame = {1, 2, 3};
        loop.packetIn(new PacketIn("a", Answer.number("sample-answer"), Match.all(), frame));
        loop.packetIn(new PacketIn("a", 12345, Match.all(), frame));
        settled();
        assertThat(driver.packets).singleElement().satisfies(packet -> {
            assertThat(packet.frame()).isEqualTo(frame);
            assertThat(packet.actions()).hasToString("[output:7]");
        });
    }

    @Test
    void rulesOfTheLeaderAreThereOnlyWhileThisProcessLeads() throws Exception {
        Feature feature = new Feature() {
            @Override
            public String name() {
                return "led";
            }

            @Override
            public List<Kind<?>> watches() {
                return List.of(World.NODES);
            }

            @Override
            public List<Rule<?>> rules() {
                return List.of(new Rule<>(
                        "led",
                        Scope.LEADER,
                        Keys.of(Topology.NODE_NAMES),
                        (view, node) -> List.of(EventItem.warning("Node", "", node, "Led", "somebody leads"))));
            }
        };
        get(loop.bind(feature));
        assertThat(led()).isZero();
        assertThat(get(loop.inspect(Inspection::items))).contains(new LeaseItem(List.of(World.NODES)));
        loop.post(Lane.FACTS, facts -> facts.put(World.LEADER, World.LEADER_KEY, new Leadership("me")));
        assertThat(led()).isEqualTo(1);
        loop.post(Lane.FACTS, facts -> facts.remove(World.LEADER, World.LEADER_KEY));
        assertThat(led()).isZero();
        loop.post(Lane.FACTS, facts -> facts.put(World.LEADER, World.LEADER_KEY, new Leadership("me")));
        get(loop.unbind(feature, GRACE));
        assertThat(led()).isZero();
        assertThat(get(loop.inspect(Inspection::items)))
                .as("nobody wants to lead any more")
                .noneMatch(LeaseItem.class::isInstance);
    }

    private long led() throws Exception {
        return get(loop.inspect(Inspection::items)).stream()
                .filter(EventItem.class::isInstance)
                .count();
    }
}
