package org.karst.openflow.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.karst.incremental.Change;
import org.karst.openflow.internal.codec.FlowDescription;
import org.karst.openflow.internal.codec.RequestEncoder.FlowCommand;
import org.karst.pipeline.Action;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Pruning;

/** The ledger against a model of a switch, with seeded sequences of everything that happens. */
final class FlowLedgerTest {
    private static final String NODE = "n";
    private static final Pruning ALL = new Pruning(true, Set.of());

    private static FlowItem item(int number, int variant) {
        Flow flow = new Flow(9, 1, Match.ip().and(Field.REG1, number), List.of(new Action.Output(variant + 1)));
        return FlowItem.on(NODE, flow).with(Cookie.of(9 + number % 2, "rule", number));
    }

    private static FlowDescription described(FlowItem item) {
        Flow flow = item.flow();
        return new FlowDescription(
                flow.table(),
                flow.priority(),
                item.cookie(),
                Optional.of(flow.match()),
                Optional.of(flow.actions()),
                0,
                0,
                Duration.ZERO);
    }

    /** Holds what it is told; says so if it is told nonsense. */
    private static final class Model {
        private final Map<FlowItem.Identity, FlowItem> flows = new HashMap<>();
        private int touched;

        void obey(List<FlowChange> changes) {
            FlowCommand last = FlowCommand.ADD;
            for (FlowChange change : changes) {
                assertThat(change.command()).isGreaterThanOrEqualTo(last);
                last = change.command();
                FlowItem before = flows.get(change.identity());
                switch (change.command()) {
                    case ADD ->
                        flows.put(
                                change.identity(),
                                FlowItem.on(NODE, change.flow()).with(change.cookie()));
                    case MODIFY_STRICT -> {
                        assertThat(before.flow()).isNotEqualTo(change.flow());
                        flows.put(
                                change.identity(),
                                FlowItem.on(NODE, change.flow()).with(before.cookie()));
                    }
                    case DELETE_STRICT ->
                        assertThat(flows.remove(change.identity())).isNotNull();
                }
                touched++;
            }
        }
    }

    private static void drain(FlowLedger ledger, Model model) {
        while (!ledger.isQueueEmpty()) {
            List<FlowChange> changes = ledger.take(3);
            model.obey(changes);
            ledger.done(changes);
        }
    }

    @Test
    void theSwitchHoldsWhatIsWantedAfterAnySequence() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            FlowLedger ledger = new FlowLedger(NODE);
            ledger.prune(ALL);
            Model model = new Model();
            Map<FlowItem.Identity, FlowItem> wanted = new HashMap<>();
            List<FlowChange> flight = List.of();
            long flightSince = 0;
            for (int revision = 1; revision < 40; revision++) {
                List<Change> changes = new ArrayList<>();
                for (int i = random.nextInt(6); i > 0; i--) {
                    FlowItem next = item(random.nextInt(8), random.nextInt(3));
                    FlowItem before = wanted.get(next.identity());
                    if (changes.stream().anyMatch(change -> change.identity().equals(next.identity()))) {
                        continue;
                    }
                    if (before != null && random.nextBoolean()) {
                        wanted.remove(next.identity());
                        changes.add(Change.removed(before));
                    } else if (!next.equals(before)) {
                        wanted.put(next.identity(), next);
                        changes.add(before == null ? Change.added(next) : Change.modified(before, next));
                    }
                }
                ledger.want(revision, changes);
                switch (random.nextInt(5)) {
                    case 0 -> {
                        model.obey(flight);
                        ledger.done(flight);
                        flight = List.of();
                    }
                    case 1 -> {
                        ledger.undone(flight, flightSince);
                        flight = List.of();
                    }
                    case 2 -> {
                        if (flight.isEmpty()) {
                            flightSince = ledger.firstDue();
                            flight = ledger.take(4);
                        }
                    }
                    case 3 -> {
                        if (random.nextInt(4) == 0) {
                            // The link ends; the bundle may or may not have been committed.
                            if (random.nextBoolean()) {
                                model.obey(flight);
                            }
                            flight = List.of();
                            ledger.forget();
                            ledger.observe(model.flows.values().stream()
                                    .map(FlowLedgerTest::described)
                                    .toList());
                            ledger.compare();
                        }
                    }
                    default -> {
                        // more comes before anything is sent
                    }
                }
            }
            ledger.undone(flight, flightSince);
            drain(ledger, model);
            assertThat(model.flows).as("seed %d", seed).isEqualTo(wanted);
            int touched = model.touched;
            ledger.forget();
            ledger.observe(
                    model.flows.values().stream().map(FlowLedgerTest::described).toList());
            assertThat(ledger.compare()).as("seed %d", seed).isZero();
            assertThat(model.touched).isEqualTo(touched);
            assertThat(ledger.firstDue()).isEqualTo(40);
        }
    }

    @Test
    void nothingIsRemovedBeforeItMay() {
        FlowLedger ledger = new FlowLedger(NODE);
        Model model = new Model();
        FlowItem stray = item(0, 0);
        FlowItem frozen = item(1, 0);
        model.flows.put(stray.identity(), stray);
        model.flows.put(frozen.identity(), frozen);
        ledger.observe(List.of(described(stray), described(frozen)));
        ledger.compare();
        drain(ledger, model);
        assertThat(model.flows).hasSize(2);
        assertThat(ledger.firstDue()).as("what is kept holds nobody up").isEqualTo(1);

        ledger.prune(new Pruning(true, Set.of(10)));
        drain(ledger, model);
        assertThat(model.flows.values()).containsExactly(frozen);

        ledger.prune(ALL);
        drain(ledger, model);
        assertThat(model.flows).isEmpty();
    }

    @Test
    void aForeignFlowIsLeftAloneUnlessItsPlaceIsWanted() {
        FlowLedger ledger = new FlowLedger(NODE);
        ledger.prune(ALL);
        Model model = new Model();
        FlowItem foreign = item(0, 0).with(new Cookie(0x1234));
        FlowItem inTheWay = item(1, 0).with(new Cookie(0x1234));
        FlowItem learned = item(2, 0).with(new Cookie((long) Cookie.LEARNED << 56));
        List.of(foreign, inTheWay, learned).forEach(item -> model.flows.put(item.identity(), item));
        ledger.want(1, List.of(Change.added(item(1, 0))));
        ledger.observe(List.of(described(foreign), described(inTheWay), described(learned)));
        ledger.compare();
        drain(ledger, model);
        assertThat(ledger.foreign()).isEqualTo(1);
        assertThat(model.flows).hasSize(3);
        assertThat(model.flows.get(inTheWay.identity()).cookie())
                .isEqualTo(item(1, 0).cookie());
    }

    /** Which unit is heard first is chance, and a flow that is made anew loses its duration. */
    @Test
    void aFlowThatAnotherUnitOfItsStageWantsIsLeftAlone() {
        FlowLedger ledger = new FlowLedger(NODE);
        FlowItem item = item(0, 0);
        FlowItem sameStage = item.with(Cookie.of(9, "another rule", "another unit"));
        FlowItem otherStage = item(1, 0).with(Cookie.of(9, "rule", 1));
        Model model = new Model();
        model.flows.put(item.identity(), sameStage);
        model.flows.put(otherStage.identity(), otherStage);
        ledger.want(1, List.of(Change.added(item), Change.added(item(1, 0))));
        ledger.forget();
        ledger.observe(
                model.flows.values().stream().map(FlowLedgerTest::described).toList());
        assertThat(ledger.compare()).isEqualTo(1);
        drain(ledger, model);
        assertThat(model.touched).isEqualTo(1);
        assertThat(model.flows.get(item.identity()).cookie()).isEqualTo(sameStage.cookie());
        assertThat(model.flows.get(otherStage.identity()).cookie())
                .as("whose stage it is must be right: what may be removed depends on it")
                .isEqualTo(item(1, 0).cookie());
    }

    @Test
    void newerDifferencesCoalesceAndRevisionsAreTrueInOrder() {
        FlowLedger ledger = new FlowLedger(NODE);
        ledger.want(1, List.of(Change.added(item(1, 0))));
        ledger.want(2, List.of(Change.added(item(2, 0))));
        ledger.want(3, List.of(Change.modified(item(1, 0), item(1, 1))));
        assertThat(ledger.firstDue()).isEqualTo(1);
        List<FlowChange> first = ledger.take(1);
        assertThat(first).hasSize(1);
        assertThat(first.get(0).flow()).isEqualTo(item(1, 1).flow());
        ledger.done(first);
        assertThat(ledger.firstDue()).isEqualTo(2);
        ledger.done(ledger.take(10));
        assertThat(ledger.firstDue()).isEqualTo(4);
    }

    @Test
    void whatTheSwitchRefusedIsLeftOutUntilItIsAnother() {
        FlowLedger ledger = new FlowLedger(NODE);
        ledger.want(1, List.of(Change.added(item(1, 0)), Change.added(item(2, 0))));
        List<FlowChange> changes = ledger.take(10);
        ledger.undone(changes, 1);
        ledger.refuse(changes.get(0));
        List<FlowChange> rest = ledger.take(10);
        assertThat(rest).containsExactly(changes.get(1));
        ledger.done(rest);
        assertThat(ledger.compare()).isZero();
        ledger.want(2, List.of(Change.modified(item(1, 0), item(1, 1))));
        List<FlowChange> again = ledger.take(10);
        assertThat(again).hasSize(1);
        ledger.want(3, List.of(Change.modified(item(1, 1), item(1, 2))));
        ledger.refuse(again.get(0));
        assertThat(ledger.take(10))
                .as("another came while the switch refused the last")
                .hasSize(1);
    }
}
