package org.karst.controller.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.PacketSender;

/** A driver that keeps what it is told; it acknowledges only what the test says. */
final class RecordingDriver implements Driver, PacketSender {
    private final List<Batch> batches = new ArrayList<>();
    private final Map<Object, Item> flows = new HashMap<>();
    final List<PacketOut> packets = new ArrayList<>();
    private volatile Set<String> sources = Set.of();

    /** Says of each item that these come with it. */
    void comesWith(String... names) {
        sources = Set.of(names);
    }

    @Override
    public Set<String> sources(Item item) {
        return sources;
    }

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of(FlowItem.class);
    }

    @Override
    public void start(Mailbox mailbox) {}

    @Override
    public synchronized void apply(Batch batch) {
        batches.add(batch);
        for (Change change : batch.changes()) {
            if (change.after() == null) {
                flows.remove(change.identity());
            } else {
                flows.put(change.identity(), change.after());
            }
        }
    }

    @Override
    public void stop() {}

    @Override
    public synchronized void send(PacketOut packet) {
        packets.add(packet);
    }

    synchronized List<String> flowsOfTable(int table) {
        return flows.values().stream()
                .map(item -> ((FlowItem) item).flow())
                .filter(flow -> flow.table() == table)
                .map(Object::toString)
                .sorted()
                .toList();
    }

    synchronized int changesSince(int batch) {
        return batches.stream()
                .skip(batch)
                .mapToInt(each -> each.changes().size())
                .sum();
    }

    synchronized int batches() {
        return batches.size();
    }

    synchronized List<Batch> since(int batch) {
        return List.copyOf(batches.subList(batch, batches.size()));
    }

    synchronized Batch last() {
        return batches.get(batches.size() - 1);
    }
}
