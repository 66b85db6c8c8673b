package org.karst.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.karst.host.internal.LinkInspection;
import org.karst.host.internal.NodeWorker;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.LinkInspector;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.NodeLink;
import org.karst.pipeline.NodeNeighbour;
import org.karst.pipeline.PlacedItem;
import org.karst.pipeline.PodLink;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Makes {@link PodLink}s, {@link NodeLink}s and {@link NodeNeighbour}s true, each node on a thread of its own. Targets: {@code host/NODE}.
 * How links of pods fare are facts: {@link World#LINKS}.
 *
 * <p>A link that cannot be made holds back the acknowledgement of its node, so that whoever waits for it learns that it is
 * not there; but not for longer than {@link NodeWorker#PATIENCE}, and not at all when the container's namespace does not
 * exist: others must not wait for a container that is gone.
 *
 * <p>Configuration {@code org.karst.host}: {@code namespace} and {@code software.checksums}, see {@link HostSettings}.
 */
@Component(
        service = {Driver.class, LinkInspector.class},
        configurationPid = "org.karst.host",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class HostDriver implements Driver, LinkInspector {
    /** {@link #name()}. */
    public static final String NAME = "host";

    private final HostSettings settings;
    private final LinkInspection inspection;
    private final ExecutorService inspector = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "host inspection");
        thread.setDaemon(true);
        return thread;
    });
    /** Touched by the writer's thread only. */
    private final Map<String, NodeWorker> workers = new TreeMap<>();

    private Mailbox mailbox;
    private Pruning pruning = Pruning.NOTHING;

    public HostDriver(HostSettings settings) {
        this.settings = settings;
        this.inspection = new LinkInspection(settings);
    }

    /** {@code etc/org.karst.host.cfg}; see {@link HostSettings}. */
    public @interface Configuration {
        /** Path of a node's network namespace; {node} stands for the node's name. Empty: that of this process. */
        String namespace() default "";

        /** Whether packets leave containers with their checksums computed. */
        boolean software_checksums() default true;
    }

    /** Made by Declarative Services. */
    @Activate
    public HostDriver(Configuration configuration) {
        this(new HostSettings(configuration.namespace(), configuration.software_checksums()));
    }

    /** The target that acknowledges for a node. */
    public static Target target(String node) {
        return new Target(NAME, node);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of(PodLink.class, NodeLink.class, NodeNeighbour.class);
    }

    @Override
    public void start(Mailbox target) {
        mailbox = target;
    }

    @Override
    public void apply(Batch batch) {
        pruning = batch.pruning();
        Map<String, Map<Object, Change>> byNode = new TreeMap<>();
        for (Change change : batch.changes()) {
            byNode.computeIfAbsent(node(change), absent -> new LinkedHashMap<>())
                    .put(change.identity(), change);
        }
        byNode.keySet().forEach(node -> workers.computeIfAbsent(node, this::begin));
        workers.forEach((node, worker) -> worker.apply(
                batch.revision(),
                byNode.getOrDefault(node, Map.of()).values(),
                pruning.on(node).everything()));
    }

    private NodeWorker begin(String node) {
        NodeWorker worker = new NodeWorker(
                node,
                settings,
                revision -> mailbox.acknowledge(target(node), revision),
                news -> mailbox.post(
                        Mailbox.Lane.CNI,
                        facts -> news.forEach((link, state) -> {
                            PortKey key = new PortKey(node, link);
                            state.ifPresentOrElse(
                                    now -> facts.put(World.LINKS, key, now), () -> facts.remove(World.LINKS, key));
                        })));
        worker.start();
        return worker;
    }

    private static String node(Change change) {
        Item item = change.after() == null ? change.before() : change.after();
        return ((PlacedItem) item).node();
    }

    @Override
    public CompletionStage<List<String>> inspect(PodLink wanted) {
        return CompletableFuture.supplyAsync(() -> inspection.inspect(wanted), inspector);
    }

    @Override
    public void stop() {
        inspector.shutdownNow();
        workers.values().forEach(NodeWorker::stop);
        workers.clear();
        if (mailbox != null) {
            mailbox.post(Mailbox.Lane.FACTS, facts -> List.copyOf(
                            facts.rows(World.LINKS).keySet())
                    .forEach(key -> facts.remove(World.LINKS, key)));
        }
    }
}
