package org.karst.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.karst.benchmarks.ModelCluster.Edit;
import org.karst.incremental.Engine;
import org.karst.incremental.Table;
import org.karst.testing.seeded.Sequences;

/** What is measured is worth measuring: the model network obeys the laws of the engine and its edits do something. */
class ModelNetworkTest {
    private static final ModelCluster CLUSTER = new ModelCluster(4, 60, 12);

    record Step(Edit edit, long seed) {
        void write(Engine engine) {
            edit.write(CLUSTER, engine, new SplittableRandom(seed));
        }
    }

    @Test
    void afterAnyEditsTheFlowsAreThoseOfANewEngine() {
        Sequences.<Step>of(
                        random -> new Step(Edit.values()[random.nextInt(Edit.values().length)], random.nextInt(1_000)))
                .times(150)
                .obey(steps -> {
                    Engine engine = ModelNetwork.engine();
                    CLUSTER.load(engine);
                    engine.settle();
                    int batch = 0;
                    for (Step step : steps) {
                        step.write(engine);
                        if (++batch % 3 == 0) {
                            engine.settle();
                        }
                    }
                    engine.settle();
                    Engine fresh = ModelNetwork.engine();
                    copy(engine, fresh, ModelNetwork.NODES);
                    copy(engine, fresh, ModelNetwork.PODS);
                    copy(engine, fresh, ModelNetwork.POLICIES);
                    fresh.settle();
                    assertThat(engine.items()).isEqualTo(fresh.items());
                    assertThat(engine.failures()).isEmpty();
                    assertThat(engine.conflicts()).isEmpty();
                    assertThat(engine.cells()).isEqualTo(fresh.cells());
                });
    }

    private static <K extends Comparable<? super K>, R> void copy(Engine from, Engine to, Table<K, R> table) {
        from.rows(table).forEach((key, row) -> to.put(table, key, row));
    }

    @Test
    void eachEditChangesFlowsAndFewEvaluations() {
        for (Edit edit : Edit.values()) {
            Engine engine = ModelNetwork.engine();
            CLUSTER.load(engine);
            engine.settle();
            long all = evaluations(engine);
            int changes = 0;
            for (int seed = 0; seed < 20; seed++) {
                edit.write(CLUSTER, engine, new SplittableRandom(seed));
                changes += engine.settle().changes().size();
            }
            assertThat(changes).as(edit.name()).isPositive();
            assertThat(evaluations(engine) - all).as(edit.name()).isLessThan(20 * all / 4);
        }
    }

    private static long evaluations(Engine engine) {
        return engine.evaluations().values().stream().mapToLong(Long::longValue).sum();
    }
}
