package org.karst.cni.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Durations;
import org.karst.pipeline.FlowInspector;
import org.karst.pipeline.LinkInspector;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a socket for each node and answers the calls that come in on it. */
final class CniDriver implements Driver {
    static final String NAME = "cni";

    private static final Logger LOG = LoggerFactory.getLogger(CniDriver.class);
    private static final String NODE = "{node}";

    private final String pattern;
    private final LinkInspector links;
    private final FlowInspector flows;
    private final Clock clock;
    private final Duration patience;
    private final Map<Path, String> taken = new TreeMap<>();
    private Mailbox mailbox;
    private CniDaemon daemon;
    private CniServer server;

    /**
     * A driver.
     *
     * @param pattern path of a node's socket; {node} stands for the node's name
     */
    CniDriver(String pattern, LinkInspector links, FlowInspector flows, Clock clock, Duration patience) {
        this.pattern = pattern;
        this.links = links;
        this.flows = flows;
        this.clock = clock;
        this.patience = patience;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of(CniSocket.class);
    }

    @Override
    public void start(Mailbox box) {
        mailbox = box;
        daemon = new CniDaemon(box, links, flows, clock, patience);
        server = new CniServer(daemon);
    }

    @Override
    public SortedMap<String, Durations> times() {
        return daemon.times();
    }

    @Override
    public void apply(Batch batch) {
        for (Change change : batch.changes()) {
            String node = ((CniSocket.Identity) change.identity()).node();
            Path path = Path.of(pattern.replace(NODE, node));
            if (change.after() == null) {
                if (taken.remove(path, node)) {
                    server.stop(node);
                }
            } else {
                listen(node, path);
            }
            mailbox.acknowledge(new Target(NAME, node), batch.revision());
        }
    }

    private void listen(String node, Path path) {
        String other = taken.putIfAbsent(path, node);
        if (other != null) {
            LOG.error(
                    "The CNI socket {} of node {} is already that of node {}: with several nodes \"socket\" in"
                            + " org.karst.cni.cfg must contain {node}",
                    path,
                    node,
                    other);
            return;
        }
        try {
            server.listen(node, path);
            LOG.info("Node {}: CNI calls are taken at {}", node, path);
        } catch (IOException e) {
            taken.remove(path);
            LOG.error("The CNI socket {} of node {} cannot be made: {}", path, node, e.toString());
        }
    }

    @Override
    public void stop() {
        server.close();
    }
}
