package org.karst.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.AuditSink;
import org.karst.pipeline.Batch;
import org.karst.pipeline.BridgeItem;
import org.karst.pipeline.Driver;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.LeaseItem;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.Meter;
import org.karst.pipeline.NodeLink;
import org.karst.pipeline.NodeNeighbour;
import org.karst.pipeline.ObjectConditionItem;
import org.karst.pipeline.ObjectFieldItem;
import org.karst.pipeline.ObjectItem;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.PacketSender;
import org.karst.pipeline.PlacedItem;
import org.karst.pipeline.PodLink;
import org.karst.pipeline.PortItem;
import org.karst.pipeline.SwitchItem;
import org.karst.pipeline.Target;
import org.karst.pipeline.WatchItem;

/**
 * A driver whose world is a map: it takes every item, applies each difference strictly (a removal of what is not there is an
 * error) and acknowledges at once.
 */
final class WantedItems implements Driver, PacketSender, AuditSink {
    private final Map<Object, Item> items = new HashMap<>();
    private final List<PacketOut> sent = new ArrayList<>();
    private final List<AuditRecord> logged = new ArrayList<>();
    private Mailbox mailbox;

    @Override
    public String name() {
        return "wanted";
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of(
                FlowItem.class,
                Meter.class,
                SwitchItem.class,
                BridgeItem.class,
                PortItem.class,
                PodLink.class,
                NodeLink.class,
                NodeNeighbour.class,
                EventItem.class,
                LeaseItem.class,
                ObjectItem.class,
                ObjectConditionItem.class,
                ObjectFieldItem.class,
                WatchItem.class);
    }

    @Override
    public void start(Mailbox box) {
        mailbox = box;
    }

    @Override
    public synchronized void apply(Batch batch) {
        for (Change change : batch.changes()) {
            Item there = items.get(change.identity());
            if (there == null ? change.before() != null : !there.equals(change.before())) {
                throw new IllegalStateException("the difference does not start from what is there: " + change);
            }
            if (change.after() == null) {
                items.remove(change.identity());
            } else {
                items.put(change.identity(), change.after());
            }
            Item item = change.after() == null ? change.before() : change.after();
            String place = item instanceof PlacedItem placed ? placed.node() : "";
            mailbox.acknowledge(new Target(name(), place), batch.revision());
        }
    }

    @Override
    public void stop() {}

    @Override
    public synchronized void send(PacketOut packet) {
        sent.add(packet);
    }

    @Override
    public synchronized void log(AuditRecord record) {
        logged.add(record);
    }

    synchronized List<AuditRecord> records() {
        return List.copyOf(logged);
    }

    synchronized List<Item> all() {
        return List.copyOf(items.values());
    }

    synchronized List<PacketOut> packets() {
        return List.copyOf(sent);
    }
}
