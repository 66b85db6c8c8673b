package org.karst.ovsdb.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.ovsdb.ClientSettings;
import org.karst.ovsdb.Endpoint;
import org.karst.ovsdb.OvsdbTransport;
import org.karst.pipeline.Batch;
import org.karst.pipeline.BridgeEntry;
import org.karst.pipeline.BridgeItem;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PlacedItem;
import org.karst.pipeline.PortItem;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.Target;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of bridges and ports. It connects to a node's database when the first item for that node arrives, and leaves when
 * the last one is gone.
 *
 * <p>Everything happens on one event loop, whatever the number of nodes.
 */
@Component(
        service = Driver.class,
        configurationPid = "org.karst.ovsdb",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class OvsdbDriver implements Driver {
    static final String NAME = "ovsdb";

    private static final Logger LOG = LoggerFactory.getLogger(OvsdbDriver.class);
    private static final String NODE = "{node}";

    /** {@code etc/org.karst.ovsdb.cfg}. */
    public @interface Configuration {
        /** Where the database of a node is: unix:FILE, tcp:ADDRESS:PORT; {node} stands for the node's name. */
        String endpoint() default "unix:/run/openvswitch/db.sock";
    }

    private final String pattern;
    private final SortedMap<String, NodeSwitch> nodes = new TreeMap<>(); // of the loop
    private OvsdbTransport transport;
    private Mailbox mailbox;
    private Pruning pruning = Pruning.NOTHING;

    /** Made by Declarative Services. */
    @Activate
    public OvsdbDriver(Configuration configuration) {
        this(configuration.endpoint());
    }

    /** A driver for databases at these places; for the pattern see {@link Configuration#endpoint}. */
    public OvsdbDriver(String pattern) {
        Endpoint.parse(pattern.replace(NODE, "node")); // a mistake in the configuration is said at once
        this.pattern = pattern;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of(BridgeItem.class, BridgeEntry.class, PortItem.class);
    }

    @Override
    public Set<String> sources(Item item) {
        return NodeSwitch.sources(((PlacedItem) item).node());
    }

    @Override
    public void start(Mailbox box) {
        mailbox = box;
        transport = new OvsdbTransport(1);
    }

    @Override
    public void apply(Batch batch) {
        transport.loop().execute(() -> applyOnLoop(batch));
    }

    @Override
    public void stop() {
        transport.close();
    }

    private void applyOnLoop(Batch batch) {
        Map<String, List<Change>> byNode = new TreeMap<>();
        for (Change change : batch.changes()) {
            byNode.computeIfAbsent(node(change), name -> new ArrayList<>()).add(change);
        }
        byNode.keySet().stream()
                .filter(node -> !nodes.containsKey(node))
                .toList()
                .forEach(this::connect);
        byNode.forEach((node, changes) -> changes.forEach(nodes.get(node)::want));
        Pruning news = batch.pruning();
        (news.equals(pruning) ? List.copyOf(byNode.keySet()) : List.copyOf(nodes.keySet()))
                .forEach(node ->
                        nodes.get(node).settle(batch.revision(), news.on(node).everything()));
        pruning = news;
    }

    private static String node(Change change) {
        Item item = change.after() == null ? change.before() : change.after();
        return ((PlacedItem) item).node();
    }

    private void connect(String node) {
        NodeSwitch connecting = new NodeSwitch(node, new Target(NAME, node), mailbox, () -> disconnect(node));
        // Once more: a node that left a moment ago has had them forgotten.
        mailbox.post(Mailbox.Lane.FACTS, facts -> NodeSwitch.sources(node).forEach(facts::expect));
        Endpoint endpoint = Endpoint.parse(pattern.replace(NODE, node));
        LOG.info("Node {}: its switch's database is {}", node, endpoint);
        connecting.start(transport.connect(endpoint, ClientSettings.DEFAULT, connecting), endpoint);
        nodes.put(node, connecting);
    }

    private void disconnect(String node) {
        NodeSwitch leaving = nodes.remove(node);
        if (leaving != null) {
            LOG.info("Node {}: nothing is wanted there any more", node);
            leaving.close();
        }
    }
}
