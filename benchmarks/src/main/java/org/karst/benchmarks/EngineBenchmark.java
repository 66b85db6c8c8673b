package org.karst.benchmarks;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.karst.benchmarks.ModelCluster.Edit;
import org.karst.incremental.Engine;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Query;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Settlement;
import org.karst.incremental.Table;
import org.karst.incremental.Unit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The time of one step: of each kind of edit to the model network, and of the shapes that decide what an engine is worth. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EngineBenchmark {
    private static final Table<Integer, Integer> NUMBERS = Table.named("numbers");
    private static final Query<Unit, Integer> PARITY =
            Query.of("parity", (view, unit) -> view.get(NUMBERS, -1).orElse(0) % 2);

    record Thing(Integer identity, int state) implements Item {}

    /** The model network with 10,000 pods and 1,000 policies. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class Network {
        @Param({"RELABEL_POD", "TOGGLE_POD", "REPLACE_POD", "TOGGLE_POLICY", "RESELECT_POLICY"})
        String kind;

        private final ModelCluster cluster = new ModelCluster(30, 10_000, 1_000);
        private final SplittableRandom random = new SplittableRandom(1);
        private Engine engine;
        private Edit edit;

        @Setup
        public void load() {
            edit = Edit.valueOf(kind);
            engine = ModelNetwork.engine();
            cluster.load(engine);
            engine.settle();
        }
    }

    /** A query that 100,000 units read. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class Hub {
        private Engine engine;
        private int written;

        @Setup
        public void load() {
            engine = new Engine();
            engine.add(new Rule<>(
                    "numbers",
                    Scope.ZONE,
                    Keys.of(NUMBERS),
                    (view, key) -> List.of(new Thing(key, view.get(PARITY, Unit.UNIT)))));
            for (int i = -1; i < 100_000; i++) {
                engine.put(NUMBERS, i, i);
            }
            engine.settle();
        }
    }

    @Benchmark
    public Settlement edit(Network network) {
        network.edit.write(network.cluster, network.engine, network.random);
        return network.engine.settle();
    }

    /** The query runs, its value is the same, and none of its readers runs. */
    @Benchmark
    public Settlement unchangedQueryUnderManyUnits(Hub hub) {
        hub.written += 2;
        hub.engine.put(NUMBERS, -1, hub.written);
        return hub.engine.settle();
    }

    /** All readers run and all items change. */
    @Benchmark
    public Settlement changedQueryUnderManyUnits(Hub hub) {
        hub.written++;
        hub.engine.put(NUMBERS, -1, hub.written);
        return hub.engine.settle();
    }
}
