package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.karst.controller.DampedUnit;
import org.karst.controller.Inspection;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Table;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.Mailbox.Lane;

/** Units that chase their own echo are slowed down; units that are only busy are not. */
@Timeout(60)
class DampingTest extends LoopFixture {
    private static final Table<String, Integer> HEARD = Table.named("heard");
    private static final Table<String, Integer> HEARD_BY_OTHER = Table.named("heard-by-other");
    private static final int FAR = 1_000_000;

    /** A number that somebody says about a thing. */
    private record Said(String thing, int number) implements Item {
        @Override
        public Object identity() {
            return "said " + thing;
        }
    }

    /** The same, for another driver. */
    private record Whispered(String thing, int number) implements Item {
        @Override
        public Object identity() {
            return "whispered " + thing;
        }
    }

    /** A driver that reports what it was told as a fact. */
    private static final class Echo implements Driver {
        private final String name;
        private final Class<? extends Item> takes;
        private final Table<String, Integer> table;
        private final AtomicInteger heard = new AtomicInteger();
        private Mailbox mailbox;

        Echo(String name, Class<? extends Item> takes, Table<String, Integer> table) {
            this.name = name;
            this.takes = takes;
            this.table = table;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<Class<? extends Item>> items() {
            return Set.of(takes);
        }

        @Override
        public void start(Mailbox box) {
            mailbox = box;
        }

        @Override
        public void apply(Batch batch) {
            for (Change change : batch.changes()) {
                heard.incrementAndGet();
                if (change.after() instanceof Said said) {
                    report(said.thing(), said.number());
                } else if (change.after() instanceof Whispered whispered) {
                    report(whispered.thing(), whispered.number());
                }
            }
        }

        void report(String thing, int number) {
            mailbox.post(Lane.FACTS, facts -> facts.put(table, thing, number));
        }

        @Override
        public void stop() {}
    }

    /** Says one more than was heard, until it is far. */
    private record Counting(String name, List<Rule<?>> rules) implements Feature {
        static Rule<String> says(String name, Table<String, Integer> table, boolean whispers) {
            return new Rule<>(name, Scope.ZONE, Keys.of(table), (view, thing) -> {
                int heard = view.get(table, thing).orElse(0);
                int next = heard < FAR ? heard + 1 : FAR;
                return List.of(whispers ? new Whispered(thing, next) : new Said(thing, next));
            });
        }
    }

    private final Echo echo = new Echo("echo", Said.class, HEARD);

    @BeforeEach
    void start() throws Exception {
        get(loop.bind(echo));
    }

    private void hear(String thing, int number) {
        loop.post(Lane.FACTS, facts -> facts.put(HEARD, thing, number));
    }

    private List<DampedUnit> damped() throws Exception {
        return get(loop.inspect(Inspection::damped));
    }

    private DampedUnit awaitHold(int times) throws Exception {
        while (true) {
            List<DampedUnit> units = damped();
            if (units.stream().anyMatch(unit -> unit.held() && unit.times() == times)) {
                assertThat(units).hasSize(1);
                return units.get(0);
            }
            Thread.sleep(1);
        }
    }

    private void pass(Duration time) throws Exception {
        clock.pass(time);
        loop.post(Lane.FACTS, facts -> {});
        damped();
    }

    private String said(String thing) throws Exception {
        return get(loop.inspect(inspection -> inspection.item("said " + thing)))
                .map(Object::toString)
                .orElse("");
    }

    @Test
    void aUnitThatChasesItsEchoIsHeldAndReleased() throws Exception {
        get(loop.bind(new Counting("counting", List.of(Counting.says("says", HEARD, false)))));
        hear("loop", 1);
        DampedUnit unit = awaitHold(1);
        assertThat(unit.rule()).isEqualTo("says");
        assertThat(unit.key()).isEqualTo("loop");
        assertThat(unit.drivers()).containsExactly("echo");
        assertThat(unit.until()).isEqualTo(clock.instant().plusSeconds(1));
        assertThat(loop.statistics().holds()).isEqualTo(1);

        // It is quiet now, and others of the same rule are served.
        damped();
        int heard = echo.heard.get();
        String kept = said("loop");
        hear("calm", FAR);
        assertThat(said("calm")).isEqualTo("Said[thing=calm, number=" + FAR + "]");
        assertThat(said("loop")).isEqualTo(kept);
        damped();
        assertThat(echo.heard.get()).isEqualTo(heard + 1);

        // Released, it begins again and is held for longer.
        pass(Duration.ofSeconds(2));
        assertThat(awaitHold(2).until()).isEqualTo(clock.instant().plusSeconds(2));
        assertThat(said("loop")).isNotEqualTo(kept);

        // What it missed while it was held it sees once, and then it is forgotten.
        hear("loop", FAR);
        assertThat(said("loop")).doesNotContain(Integer.toString(FAR));
        pass(Duration.ofSeconds(3));
        assertThat(said("loop")).contains(Integer.toString(FAR));
        assertThat(damped()).singleElement().matches(released -> !released.held());
        pass(Duration.ofSeconds(5));
        assertThat(damped()).isEmpty();
        hear("loop", FAR + 1);
        assertThat(said("loop")).contains(Integer.toString(FAR));
    }

    @Test
    void aLoopThroughTwoDriversIsDampedToo() throws Exception {
        get(loop.bind(new Echo("other", Whispered.class, HEARD)));
        get(loop.unbind(echo));
        get(loop.bind(new Echo("echo", Said.class, HEARD_BY_OTHER)));
        get(loop.bind(new Counting(
                "counting",
                List.of(Counting.says("says", HEARD, false), Counting.says("whispers", HEARD_BY_OTHER, true)))));
        hear("loop", 1);
        assertThat(awaitHold(1).key()).isEqualTo("loop");
    }

    @Test
    void aUnitThatIsOnlyBusyIsLeftAlone() throws Exception {
        Echo source = new Echo("source", Whispered.class, HEARD);
        get(loop.bind(source));
        get(loop.unbind(echo));
        // Its items go to a driver that reports them nowhere that matters.
        get(loop.bind(new Echo("echo", Said.class, HEARD_BY_OTHER)));
        get(loop.bind(new Counting("counting", List.of(Counting.says("says", HEARD, false)))));
        for (int number = 1; number <= 50; number++) {
            source.report("busy", number);
            // A settlement of its own.
            damped();
            hear("changed-by-users", number);
            damped();
        }
        assertThat(damped()).isEmpty();
        assertThat(said("busy")).contains("51");
        assertThat(said("changed-by-users")).contains("51");
    }
}
