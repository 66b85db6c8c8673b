package org.karst.ovsdb.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.karst.incremental.Change;
import org.karst.model.Ip;
import org.karst.ovsdb.ClientListener;
import org.karst.ovsdb.Endpoint;
import org.karst.ovsdb.OvsdbClient;
import org.karst.ovsdb.Row;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.BridgeEntry;
import org.karst.pipeline.BridgeItem;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Interface;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.NodeAddress;
import org.karst.pipeline.PortItem;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's Open vSwitch: what is wanted there, and what it says as facts.
 *
 * <p>The first time that its rows are known, its attachments are read back from {@code external_ids} in the same step as the
 * interfaces, so that no step sees the one without the other.
 */
final class NodeSwitch implements SwitchConfigurator.Listener, ClientListener {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSwitch.class);
    private static final int MOMENT_SECONDS = 5;

    private final String node;
    private final Target target;
    private final Mailbox mailbox;
    private final Runnable whenDone;
    private final Map<String, Interface> told = new TreeMap<>();
    private final SortedMap<String, String> refused = new TreeMap<>();
    private OvsdbClient client;
    private SwitchConfigurator configurator;
    private Endpoint endpoint;
    private boolean restored;
    private String lastReason = "";

    /**
     * The switch of a node; it does nothing yet.
     *
     * @param whenDone called when the last row that was wanted is gone, or nothing is wanted any more of what was never read
     */
    NodeSwitch(String node, Target target, Mailbox mailbox, Runnable whenDone) {
        this.node = node;
        this.target = target;
        this.mailbox = mailbox;
        this.whenDone = whenDone;
    }

    /** The sources that must be heard before anything is removed anywhere. */
    static SortedSet<String> sources(String node) {
        return new TreeSet<>(List.of(
                World.INTERFACES.name() + "/" + node,
                World.ATTACHMENTS.name() + "/" + node,
                World.FREED_ADDRESSES.name() + "/" + node));
    }

    void start(OvsdbClient connected, Endpoint where) {
        client = connected;
        endpoint = where;
        configurator = new SwitchConfigurator(client, this);
        client.monitor(SwitchRows.DATABASE, SwitchRows.COLUMNS, configurator);
    }

    void want(Change change) {
        if (change.identity() instanceof BridgeItem.Identity bridge) {
            configurator.want(bridge.name(), change.after() instanceof BridgeItem item ? ItemRows.wanted(item) : null);
        } else if (change.identity() instanceof BridgeEntry.Identity entry) {
            configurator.wantEntry(
                    entry.bridge(), entry.key(), change.after() instanceof BridgeEntry item ? item.value() : null);
        } else if (change.identity() instanceof PortItem.Identity port) {
            configurator.want(port.name(), change.after() instanceof PortItem item ? ItemRows.wanted(item) : null);
        }
    }

    void settle(long revision, boolean removal) {
        if (removal) {
            configurator.allowRemoval();
        }
        configurator.settle(revision);
        if (!restored && configurator.wantsNothing()) {
            // Never read, so nothing of it is known and nothing of ours is there: whoever waits to hear of it would
            // wait for ever.
            whenDone.run();
        }
    }

    /** Ends the connection and takes back what was told. */
    void close() {
        client.close();
        SortedSet<String> names = new TreeSet<>(told.keySet());
        mailbox.post(Mailbox.Lane.FACTS, facts -> {
            names.forEach(name -> facts.remove(World.INTERFACES, new PortKey(node, name)));
            sources(node).forEach(facts::forget);
        });
    }

    @Override
    public void connected() {
        lastReason = "";
        LOG.info("Connected to the switch's database of node {} at {}", node, endpoint);
    }

    @Override
    public void disconnected(String reason) {
        if (!reason.equals(lastReason)) { // once, and not at each try
            lastReason = reason;
            LOG.warn("The switch's database of node {} cannot be used: {}", node, reason);
        }
    }

    @Override
    public void observed(SortedSet<String> interfaces) {
        if (restored) {
            tell(interfaces);
        }
    }

    @Override
    public void synced(boolean synced) {
        if (!synced || restored) {
            return;
        }
        restored = true;
        SortedMap<AttachmentKey, Attachment> attachments = new TreeMap<>();
        SortedMap<PortKey, Interface> interfaces = new TreeMap<>();
        for (Row face : configurator.rows().byName(SwitchRows.INTERFACE)) {
            String name = face.text("name").orElseThrow();
            Interface fact = ItemRows.fact(configurator.rows(), face);
            told.put(name, fact);
            interfaces.put(new PortKey(node, name), fact);
            Attachment.key(node, fact.externalIds())
                    .ifPresent(key -> restore(name, fact).ifPresent(it -> attachments.put(key, it)));
        }
        SortedMap<NodeAddress, Instant> freed = freed();
        LOG.info("Node {} has {} interfaces, {} of them attachments", node, interfaces.size(), attachments.size());
        mailbox.post(Mailbox.Lane.FACTS, facts -> {
            interfaces.forEach((key, row) -> facts.put(World.INTERFACES, key, row));
            attachments.forEach((key, row) -> facts.put(World.ATTACHMENTS, key, row));
            freed.forEach((key, row) -> {
                switch (key.address().family()) {
                    case IPV4 -> facts.put(World.FREED_ADDRESSES, key, row);
                    case IPV6 -> facts.put(World.FREED_ADDRESSES, key, row, row.plus(World.FREED_IPV6_KEPT));
                }
            });
            sources(node).forEach(facts::synced);
        });
    }

    private Optional<Attachment> restore(String name, Interface fact) {
        try {
            return Optional.of(Attachment.restore(name, fact.externalIds()));
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "Interface {} of node {} says that it is an attachment, but its external_ids are damaged: {}",
                    name,
                    node,
                    e.getMessage());
            return Optional.empty();
        }
    }

    private SortedMap<NodeAddress, Instant> freed() {
        SortedMap<NodeAddress, Instant> freed = new TreeMap<>();
        configurator.rows().named(SwitchRows.BRIDGE, World.INTEGRATION_BRIDGE).ifPresent(bridge -> bridge.textMap(
                        SwitchRows.EXTERNAL_IDS)
                .forEach((key, value) -> {
                    if (key.startsWith(World.FREED_KEY)) {
                        try {
                            Ip address = Ip.parse(key.substring(World.FREED_KEY.length()));
                            freed.put(new NodeAddress(node, address), Instant.ofEpochSecond(Long.parseLong(value)));
                        } catch (IllegalArgumentException | DateTimeException e) {
                            LOG.warn(
                                    "The bridge of node {} has a damaged entry {}={}: {}",
                                    node,
                                    key,
                                    value,
                                    e.getMessage());
                        }
                    }
                }));
        return freed;
    }

    @Override
    public void acknowledged(long revision) {
        mailbox.acknowledge(target, revision);
        if (configurator.removesAll()) {
            whenDone.run();
        }
    }

    @Override
    public void reported(SwitchConfigurator.RowName row, String sentence) {
        if (sentence.isEmpty()) {
            LOG.info("Node {}: {} {} is as wanted now", node, row.kind(), row.name());
            refused.remove(row.name());
        } else {
            LOG.warn("Node {}: {}", node, sentence);
            refused.put(row.name(), sentence);
        }
        if (restored) {
            tell(new TreeSet<>(List.of(row.name())));
        }
    }

    /** Posts what is different from what was told, in one step. */
    private void tell(SortedSet<String> names) {
        SortedMap<String, Optional<Interface>> news = new TreeMap<>();
        for (String name : names) {
            Optional<Interface> now = configurator
                    .rows()
                    .named(SwitchRows.INTERFACE, name)
                    .map(face -> ItemRows.fact(configurator.rows(), face))
                    .or(() -> Optional.ofNullable(refused.get(name)).map(ItemRows::failed));
            Interface before = now.isPresent() ? told.put(name, now.get()) : told.remove(name);
            if (!Objects.equals(before, now.orElse(null))) {
                news.put(name, now);
                logError(
                        name,
                        before == null ? "" : before.error(),
                        now.map(Interface::error).orElse(""));
            }
        }
        if (!news.isEmpty()) {
            mailbox.post(Mailbox.Lane.FACTS, facts -> news.forEach((name, row) -> write(facts, name, row)));
        }
    }

    private void write(Facts facts, String name, Optional<Interface> row) {
        PortKey key = new PortKey(node, name);
        row.ifPresentOrElse(it -> facts.put(World.INTERFACES, key, it), () -> facts.remove(World.INTERFACES, key));
    }

    /** A device may come a moment after its port: only an error that stays is worth a warning. */
    @SuppressWarnings("FutureReturnValueIgnored") // it only logs
    private void logError(String name, String before, String now) {
        if (!now.isEmpty() && !now.equals(before) && !refused.containsKey(name)) {
            client.loop()
                    .schedule(
                            () -> {
                                if (told.containsKey(name)
                                        && told.get(name).error().equals(now)) {
                                    LOG.warn("The switch of node {} cannot use interface {}: {}", node, name, now);
                                }
                            },
                            MOMENT_SECONDS,
                            TimeUnit.SECONDS);
        }
    }
}
