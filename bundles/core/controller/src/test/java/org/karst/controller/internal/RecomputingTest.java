package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.controller.Recomputation;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.pipeline.Action;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowDrift;
import org.karst.pipeline.Mailbox.Lane;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.World;

/** What is wanted, computed from scratch; and what comes of drift. */
class RecomputingTest extends LoopFixture {
    @BeforeEach
    void start() throws Exception {
        node("a");
    }

    @Test
    void allIsComputedAnewBesideTheLoop() throws Exception {
        get(loop.bind(SampleFeature.plain("one")));
        settled();
        assertThat(get(loop.inspect(Inspection::recomputation))).isEmpty();
        Recomputation same = get(loop.recompute());
        assertThat(same.differing()).isZero();
        assertThat(same.items()).isEqualTo(get(loop.inspect(Inspection::items)).size());
        assertThat(get(loop.inspect(Inspection::recomputation))).contains(same);
    }

    /** A rule that is no pure function is what a computation from scratch finds. */
    @Test
    void aRuleThatForgetsIsFoundOut() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        Feature impure = new Feature() {
            @Override
            public String name() {
                return "impure";
            }

            @Override
            public List<Rule<?>> rules() {
                return List.of(new Rule<>(
                        "impure",
                        Scope.ZONE,
                        Keys.once(),
                        (view, unit) -> List.of(EventItem.warning(
                                "Node", "", turn.incrementAndGet() > 1 ? "late" : "early", "Sample", "sample"))));
            }
        };
        get(loop.bind(impure));
        settled();
        Recomputation other = get(loop.recompute());
        assertThat(other.differing()).isEqualTo(2);
        assertThat(other.mismatches())
                .hasSize(2)
                .anyMatch(sentence ->
                        sentence.startsWith("wanted, but not when computed anew: ") && sentence.contains("name=early"))
                .anyMatch(sentence ->
                        sentence.startsWith("not wanted, but when computed anew: ") && sentence.contains("name=late"));
    }

    @Test
    void nothingIsComputedAnewWhileUnitsKeepWhatTheyWanted() throws Exception {
        SampleFeature feature = new SampleFeature(
                "one",
                "sample",
                Match.ip(),
                1,
                false,
                Flow.in(new TableRef(Slot.EXTENSION_1, 1, "SAMPLE")).then(new Action.Goto(1)));
        get(loop.bind(feature));
        settled();
        assertThat(get(loop.recompute()).skipped()).hasValueSatisfying(why -> assertThat(why)
                .startsWith("nothing was computed anew: 1 units or queries fail"));
    }

    @Test
    void driftBecomesAnEventOfItsNode() throws Exception {
        FlowDrift drift = new FlowDrift(1, 0, 0, 0, 0, "table=1", Instant.EPOCH);
        loop.post(Lane.FACTS, facts -> facts.put(World.DRIFT, "a", drift));
        settled();
        assertThat(get(loop.inspect(Inspection::items)))
                .filteredOn(EventItem.class::isInstance)
                .containsExactly(EventItem.warning(
                        "Node",
                        "",
                        "a",
                        "FlowDrift",
                        "br-int had other flows than it should: 1 missing, 0 altered, 0 that nobody wants: repaired;"
                                + " such as \"table=1\""));
        loop.post(Lane.FACTS, facts -> facts.put(World.DRIFT, "a", new FlowDrift(0, 0, 0, 0, 0, "", Instant.EPOCH)));
        settled();
        assertThat(get(loop.inspect(Inspection::items))).noneMatch(EventItem.class::isInstance);
    }
}
