package org.karst.testing;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.karst.controller.Controller;
import org.karst.controller.Inspection;
import org.karst.controller.internal.Loop;
import org.karst.incremental.Item;
import org.karst.incremental.Table;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/**
 * A controller with some features and a world that is a map. After each step everything is computed from scratch too, and
 * the two must agree: a step fails with an {@link AssertionError} if a rule depends on more than it read.
 */
public final class Run implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Loop loop = new Loop(Clock.systemUTC(), Set.of());
    private final WantedItems world = new WantedItems();
    private final List<Feature> features;

    public Run(Feature... features) {
        this.features = List.of(features);
        get(loop.bind(world));
        for (Feature feature : features) {
            get(loop.bind(feature));
        }
        synced();
        settled();
    }

    /** What a scenario has not written does not exist: whoever waits for a list has it. */
    private void synced() {
        List<Kind<?>> kinds = new ArrayList<>(List.of(World.PODS, World.NODES, World.NAMESPACES, World.ALLOCATIONS));
        features.forEach(feature -> kinds.addAll(feature.watches()));
        loop.post(Mailbox.Lane.FACTS, facts -> kinds.forEach(kind -> facts.synced(WatchItem.source(kind))));
    }

    /** A controller that has been told all of a cluster at once. */
    public static Run of(Cluster cluster, Feature... features) {
        Run run = new Run(features);
        run.step(cluster.edits());
        return run;
    }

    /** The controller itself, for those who ask it. */
    public Controller controller() {
        return loop;
    }

    /** Writes rows in one step, and waits until it is settled. */
    public Run step(List<? extends Edit<?, ?>> edits) {
        loop.post(Mailbox.Lane.FACTS, facts -> edits.forEach(edit -> edit.apply(facts)));
        return settled();
    }

    /** Removes a row. */
    public <K extends Comparable<? super K>, R> Run remove(Table<K, R> table, K key) {
        return step(List.of(new Edit<>(table, key, Optional.empty())));
    }

    public Run bind(Feature feature) {
        get(loop.bind(feature));
        return settled();
    }

    public Run unbind(Feature feature, Duration grace) {
        get(loop.unbind(feature, grace));
        return settled();
    }

    /** Waits until what was posted is settled, and compares with a computation from scratch. */
    private Run settled() {
        Oracle oracle = inspect(Oracle::of);
        oracle.check();
        return this;
    }

    /** Everything that is wanted, as texts in a fixed order. */
    public List<String> wanted() {
        return world.all().stream().map(Item::toString).sorted().toList();
    }

    /** The items of one class. */
    public <T extends Item> List<T> wanted(Class<T> type) {
        return world.all().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .sorted(Comparator.comparing(Item::toString))
                .toList();
    }

    /** The flows of a node as ovs-ofctl(8) takes them, but with names of tables; by table, priority and match. */
    public List<String> flows(String node) {
        Map<Integer, String> names = TableNames.of(inspect(Inspection::stages));
        List<Flow> flows = new ArrayList<>();
        for (FlowItem item : wanted(FlowItem.class)) {
            if (item.node().equals(node)) {
                flows.add(item.flow());
            }
        }
        flows.sort(Comparator.comparingInt(Flow::table)
                .thenComparingInt(flow -> -flow.priority())
                .thenComparing(flow -> flow.match().toString()));
        return flows.stream().map(flow -> TableNames.name(flow, names)).toList();
    }

    /** The same with numbers of tables, for a real switch. */
    public List<String> switchFlows(String node) {
        return wanted(FlowItem.class).stream()
                .filter(item -> item.node().equals(node))
                .map(item -> item.flow().toString())
                .toList();
    }

    /** What a packet to the controller is answered with. */
    public List<PacketOut> answer(PacketIn packet) {
        int before = world.packets().size();
        loop.packetIn(packet);
        inspect(Inspection::revision);
        List<PacketOut> all = world.packets();
        return all.subList(before, all.size());
    }

    /** What is logged about a packet to the controller. */
    public List<AuditRecord> records(PacketIn packet) {
        int before = world.records().size();
        loop.packetIn(packet);
        inspect(Inspection::revision);
        List<AuditRecord> all = world.records();
        return all.subList(before, all.size());
    }

    /** How often each query and rule has run. */
    public SortedMap<String, Long> evaluations() {
        return inspect(Inspection::evaluations);
    }

    public <T> T inspect(Function<? super Inspection, ? extends T> question) {
        return get(loop.inspect(question));
    }

    /** The tables of the features' stages. */
    public List<TableRef> tables() {
        return features.stream()
                .flatMap(feature -> feature.stages().stream())
                .map(Stage::tables)
                .flatMap(List::stream)
                .toList();
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the controller did not answer", e);
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
