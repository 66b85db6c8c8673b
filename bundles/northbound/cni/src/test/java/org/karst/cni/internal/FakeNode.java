package org.karst.cni.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Batch;
import org.karst.pipeline.BridgeEntry;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Feature;
import org.karst.pipeline.FlowInspector;
import org.karst.pipeline.Interface;
import org.karst.pipeline.LinkInspector;
import org.karst.pipeline.LinkState;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.NodeAddress;
import org.karst.pipeline.PodLink;
import org.karst.pipeline.PortItem;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.SwitchConnection;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;

/**
 * A node whose switch and host do at once what is wanted, and whose database outlives the process: three drivers by hand. It
 * can be told to be slow or to refuse.
 */
final class FakeNode implements LinkInspector, FlowInspector {
    private final String node;
    private final SortedMap<String, SortedMap<String, String>> ports = new ConcurrentSkipListMap<>();
    private final SortedMap<String, String> entries = new ConcurrentSkipListMap<>();
    private final SortedMap<String, PodLink> links = new ConcurrentSkipListMap<>();
    private volatile String refusal = "";
    private volatile String linkRefusal = "";
    private volatile List<String> damage = List.of();
    private volatile List<String> flowDamage = List.of();
    private volatile boolean hostHangs;
    private volatile boolean databaseHangs;
    private volatile boolean portsStay;

    FakeNode(String node) {
        this.node = node;
    }

    SortedMap<String, SortedMap<String, String>> ports() {
        return ports;
    }

    SortedMap<String, String> entries() {
        return entries;
    }

    SortedMap<String, PodLink> links() {
        return links;
    }

    /** From now on the switch cannot open new ports. */
    void refusePorts(String error) {
        refusal = error;
    }

    /** From now on the kernel refuses new links. */
    void refuseLinks(String error) {
        linkRefusal = error;
    }

    void hostHangs(boolean now) {
        hostHangs = now;
    }

    /** From now on whoever looks into a container finds this. */
    void damage(String what) {
        damage = List.of(what);
    }

    @Override
    public CompletionStage<List<String>> inspect(PodLink wanted) {
        return CompletableFuture.completedFuture(
                wanted.equals(links.get(wanted.name())) ? damage : List.of("no such link"));
    }

    /** From now on whoever looks into the switch finds this. */
    void damageFlows(String... what) {
        flowDamage = List.of(what);
    }

    @Override
    public CompletionStage<List<String>> inspect(String name) {
        return CompletableFuture.completedFuture(flowDamage);
    }

    void databaseHangs(boolean now) {
        databaseHangs = now;
    }

    /** From now on ports that are no longer wanted only lose their external_ids, as those do that somebody else made. */
    void portsStay() {
        portsStay = true;
    }

    /** What the drivers say when a process starts. */
    void connect(Mailbox mailbox) {
        mailbox.post(Mailbox.Lane.FACTS, facts -> {
            facts.put(World.INTERFACES, new PortKey(node, World.INTEGRATION_BRIDGE), face(1, new TreeMap<>()));
            ports.forEach((name, ids) -> {
                facts.put(World.INTERFACES, new PortKey(node, name), face(2, ids));
                Attachment.key(node, ids)
                        .ifPresent(key -> facts.put(World.ATTACHMENTS, key, Attachment.restore(name, ids)));
            });
            entries.forEach((key, value) -> facts.put(
                    World.FREED_ADDRESSES,
                    new NodeAddress(node, Ip.parse(key.substring(World.FREED_KEY.length()))),
                    java.time.Instant.ofEpochSecond(Long.parseLong(value))));
        });
        connectSwitch(mailbox);
    }

    void connectSwitch(Mailbox mailbox) {
        mailbox.post(Mailbox.Lane.FACTS, facts -> facts.put(World.SWITCHES, node, new SwitchConnection(1, 1)));
    }

    void disconnectSwitch(Mailbox mailbox) {
        mailbox.post(Mailbox.Lane.FACTS, facts -> facts.remove(World.SWITCHES, node));
    }

    /** What the network's features say of an attachment: a link into the container and a port. */
    static Feature network() {
        return new Feature() {
            @Override
            public String name() {
                return "network";
            }

            @Override
            public List<Rule<?>> rules() {
                return List.of(new Rule<>("pod-ports", Scope.ZONE, Keys.of(World.ATTACHMENTS), FakeNode::pod));
            }
        };
    }

    private static List<Item> pod(View view, AttachmentKey key) {
        return view.get(World.ATTACHMENTS, key)
                .<List<Item>>map(attachment -> {
                    PortItem port = new PortItem(
                            key.node(),
                            World.INTEGRATION_BRIDGE,
                            attachment.port(),
                            attachment.device().portType(),
                            Optional.empty(),
                            0,
                            new TreeMap<>(),
                            attachment.externalIds(key));
                    return switch (attachment.device()) {
                        case VETH -> List.of(PodLink.of(key, attachment), port);
                        case DUMMY -> List.of(port);
                    };
                })
                .orElse(List.of());
    }

    private static Interface face(int number, SortedMap<String, String> ids) {
        return new Interface(World.INTEGRATION_BRIDGE, "", number, 1500, "", ids);
    }

    Driver database() {
        return new ByHand("ovsdb", Set.of(PortItem.class, BridgeEntry.class)) {
            @Override
            boolean make(Change change) {
                if (databaseHangs) {
                    return false;
                }
                if (change.identity() instanceof BridgeEntry.Identity entry) {
                    put(entries, entry.key(), change.after() == null ? null : ((BridgeEntry) change.after()).value());
                } else {
                    String name = ((PortItem.Identity) change.identity()).name();
                    PortItem port = (PortItem) change.after();
                    put(ports, name, port == null ? null : port.externalIds());
                    PortKey key = new PortKey(node, name);
                    String error = refusal;
                    mailbox.post(Mailbox.Lane.FACTS, facts -> {
                        if (port == null && portsStay) {
                            facts.put(World.INTERFACES, key, face(5, new TreeMap<>()));
                        } else if (port == null) {
                            facts.remove(World.INTERFACES, key);
                        } else {
                            facts.put(
                                    World.INTERFACES,
                                    key,
                                    error.isEmpty()
                                            ? face(5, port.externalIds())
                                            : new Interface(
                                                    World.INTEGRATION_BRIDGE, "", -1, 0, error, port.externalIds()));
                        }
                    });
                }
                return true;
            }
        };
    }

    Driver host() {
        return new ByHand("host", Set.of(PodLink.class)) {
            @Override
            boolean make(Change change) {
                String name = ((PodLink.Identity) change.identity()).name();
                put(links, name, (PodLink) change.after());
                PortKey key = new PortKey(node, name);
                LinkState state = new LinkState(linkRefusal);
                mailbox.post(Mailbox.Lane.CNI, facts -> {
                    if (change.after() == null) {
                        facts.remove(World.LINKS, key);
                    } else {
                        facts.put(World.LINKS, key, state);
                    }
                });
                return !hostHangs && linkRefusal.isEmpty();
            }
        };
    }

    private static <V> void put(Map<String, V> map, String key, V value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    /** Does everything on the writer's thread, in the order in which it comes. */
    private abstract class ByHand implements Driver {
        private final String name;
        private final Set<Class<? extends Item>> items;
        Mailbox mailbox;

        ByHand(String name, Set<Class<? extends Item>> items) {
            this.name = name;
            this.items = items;
        }

        /** Makes it so; whether it may be acknowledged. */
        abstract boolean make(Change change);

        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<Class<? extends Item>> items() {
            return items;
        }

        @Override
        public void start(Mailbox box) {
            mailbox = box;
        }

        @Override
        public void apply(Batch batch) {
            boolean all = true;
            for (Change change : batch.changes()) {
                all &= make(change);
            }
            if (all && !batch.changes().isEmpty()) {
                mailbox.acknowledge(new Target(name, node), batch.revision());
            }
        }

        @Override
        public void stop() {}
    }
}
