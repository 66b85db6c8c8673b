package org.karst.openflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.openflow.internal.codec.InboundMessage;
import org.karst.openflow.internal.connection.LinkListener;
import org.karst.openflow.internal.connection.SwitchLink;
import org.karst.openflow.internal.connection.SwitchServer;
import org.karst.openflow.internal.node.Lobby;
import org.karst.openflow.internal.node.NodeListener;
import org.karst.openflow.internal.node.NodeSwitch;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Durations;
import org.karst.pipeline.FlowDrift;
import org.karst.pipeline.FlowInspector;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.Meter;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.PacketSender;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.Stopwatch;
import org.karst.pipeline.SwitchConnection;
import org.karst.pipeline.SwitchItem;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes flows and meters true in the integration bridges of all nodes.
 *
 * <p>Switches connect to it; one that some {@link SwitchItem} names is accepted, asked what it holds, and told the
 * difference. All state is confined to one thread; every public method may be called from any.
 */
@Component(
        service = {Driver.class, PacketSender.class, FlowInspector.class, OpenFlowDriver.class},
        configurationPid = "org.karst.openflow",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class OpenFlowDriver implements Driver, PacketSender, FlowInspector {
    /** {@link #name}. */
    public static final String NAME = "openflow";

    /** {@code etc/org.karst.openflow.cfg}. */
    public @interface Configuration {
        /** The address to listen on. */
        String address() default "127.0.0.1";

        /** The port to listen on. */
        int port() default OpenFlowSettings.DEFAULT_PORT;

        /** File with the certificate to show to switches, PEM; with the next two: TLS in both directions. */
        String certificate() default "";

        /** File with the key of that, PEM in PKCS #8. */
        String privateKey() default "";

        /** File with the certificates of who may sign those of switches, PEM. */
        String authority() default "";

        /** Whether nobody but the nodes can reach the address, so that it needs no TLS and no warning. */
        boolean trusted_network() default false;

        /** How many seconds after one verification of a switch the next is due; 0: only when somebody asks. */
        int verification_seconds() default OpenFlowSettings.DEFAULT_VERIFICATION_SECONDS;
    }

    private static final Logger LOG = LoggerFactory.getLogger(OpenFlowDriver.class);
    private static final long TICK_MILLISECONDS = 250;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "karst-openflow");
        made.setDaemon(true);
        return made;
    });
    private final SwitchServer server;
    private final Map<String, NodeSwitch> nodes = new HashMap<>();
    private final Map<String, SwitchItem> switches = new TreeMap<>();
    private final Map<SwitchLink, String> nodesOfLinks = new HashMap<>();
    private final Lobby lobby = new Lobby();
    private final SortedMap<String, SwitchStatus> statuses = new ConcurrentSkipListMap<>();
    private final Stopwatch bundleTimes = new Stopwatch();
    private final AtomicLong droppedPackets = new AtomicLong();
    private final Duration verificationPeriod;
    /** What the last verification of each node found, as it was told: the same is not told every ten minutes. */
    private final Map<String, String> drifts = new HashMap<>();

    private Mailbox mailbox;
    private ScheduledFuture<?> ticking;
    private long generation;
    private long revision;
    private Pruning pruning = Pruning.NOTHING;

    /** Made by Declarative Services. */
    @Activate
    public OpenFlowDriver(Configuration configuration) {
        this(settings(configuration));
        if (settings(configuration).isOpen() && !configuration.trusted_network()) {
            LOG.warn(
                    "whoever reaches {}:{} is believed to be the switch that it says it is: set certificate,"
                            + " privateKey and authority in etc/org.karst.openflow.cfg, or listen on the loopback, or say"
                            + " trusted.network=true if only nodes can reach it",
                    configuration.address(),
                    configuration.port());
        }
    }

    private static OpenFlowSettings settings(Configuration configuration) {
        return OpenFlowSettings.of(
                        configuration.address(),
                        configuration.port(),
                        configuration.certificate(),
                        configuration.privateKey(),
                        configuration.authority())
                .verifiedEvery(Duration.ofSeconds(configuration.verification_seconds()));
    }

    /** A driver for switches that connect to this address; listens from {@link #start} on. */
    public OpenFlowDriver(OpenFlowSettings settings) {
        server = new SwitchServer(settings.socketAddress(), settings.tls(), new Links());
        verificationPeriod = settings.verificationPeriod();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of(FlowItem.class, Meter.class, SwitchItem.class);
    }

    @Override
    public SortedMap<String, Durations> times() {
        return new TreeMap<>(Map.of("bundle", bundleTimes.read()));
    }

    @Override
    public void start(Mailbox newMailbox) {
        mailbox = newMailbox;
        mailbox.post(Mailbox.Lane.FACTS, facts -> facts.synced(World.SWITCHES.name()));
        server.start();
        ticking = thread.scheduleWithFixedDelay(
                () -> guarded("looking after switches", this::tick),
                TICK_MILLISECONDS,
                TICK_MILLISECONDS,
                TimeUnit.MILLISECONDS);
    }

    /** The port where switches connect, once it is open. */
    public CompletionStage<Integer> port() {
        return server.port();
    }

    @Override
    public void stop() {
        server.stop();
        if (ticking != null) {
            ticking.cancel(false);
        }
        run("its end", () -> List.copyOf(nodesOfLinks.values()).forEach(this::leave));
        thread.shutdown();
    }

    @Override
    public void apply(Batch batch) {
        run("a batch", () -> take(batch));
    }

    @Override
    public void send(PacketOut packet) {
        run("a packet", () -> {
            NodeSwitch node = nodes.get(packet.node());
            if (node == null || !node.send(packet)) {
                droppedPackets.incrementAndGet();
            }
        });
    }

    /** How the switches stand, by node: read-only, kept up to date. */
    public SortedMap<String, SwitchStatus> statuses() {
        return Collections.unmodifiableSortedMap(statuses);
    }

    /** How many packets were not sent because their switch was not connected or did not keep up. */
    public long droppedPackets() {
        return droppedPackets.get();
    }

    /** All flows of a node's switch, ours and others; fails with a sentence if the switch is not connected. */
    public CompletionStage<List<InstalledFlow>> dump(String node) {
        CompletableFuture<List<InstalledFlow>> result = new CompletableFuture<>();
        with(node, result, holder -> holder.dump(result));
        return result;
    }

    @Override
    public CompletionStage<List<String>> inspect(String node) {
        CompletableFuture<List<Difference>> result = new CompletableFuture<>();
        with(node, result, holder -> holder.inspect(result));
        return result.thenApply(differences ->
                differences.stream().flatMap(OpenFlowDriver::sentence).sorted().toList());
    }

    private static Stream<String> sentence(Difference difference) {
        return switch (difference.kind()) {
            case MISSING -> Stream.of("the switch lacks " + quoted(difference));
            case ALTERED -> Stream.of("the switch has something else instead of " + quoted(difference));
            case UNWANTED, FOREIGN -> Stream.empty();
        };
    }

    private static String quoted(Difference difference) {
        return (difference.table().isPresent() ? "the flow" : "the meter") + " \"" + difference.text() + "\"";
    }

    /**
     * Compares all that a node's switch holds with all that is wanted of it, and heals what differs.
     *
     * @param removeForeign whether what is not ours goes too
     * @return what differed, sorted by kind, table and text, once it is made right as far as it can be; fails with a sentence
     *     if the switch is not connected
     */
    public CompletionStage<List<Difference>> verify(String node, boolean removeForeign) {
        CompletableFuture<List<Difference>> result = new CompletableFuture<>();
        with(node, result, holder -> holder.verify(removeForeign, result));
        return result;
    }

    private void with(String node, CompletableFuture<?> result, Consumer<? super NodeSwitch> question) {
        run("a question to the switch of " + node, () -> {
            NodeSwitch holder = nodes.get(node);
            if (holder == null) {
                result.completeExceptionally(new IllegalStateException("node " + node + " has no switch"));
            } else {
                question.accept(holder);
            }
        });
    }

    private void run(String what, Runnable task) {
        try {
            thread.execute(() -> guarded(what, task));
        } catch (RejectedExecutionException e) {
            LOG.debug("the OpenFlow driver has stopped; {} is dropped", what);
        }
    }

    private static void guarded(String what, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("the OpenFlow driver failed at {}", what, e);
        }
    }

    private void take(Batch batch) {
        Map<String, List<Change>> flows = new HashMap<>();
        Map<String, List<Change>> meters = new HashMap<>();
        List<SwitchItem> newcomers = new ArrayList<>();
        for (Change change : batch.changes()) {
            if (change.identity() instanceof FlowItem.Identity flow) {
                flows.computeIfAbsent(flow.node(), key -> new ArrayList<>()).add(change);
                node(flow.node());
            } else if (change.identity() instanceof Meter.Identity meter) {
                meters.computeIfAbsent(meter.node(), key -> new ArrayList<>()).add(change);
                node(meter.node());
            } else if (change.identity() instanceof SwitchItem.Identity identity) {
                SwitchItem item = (SwitchItem) change.after();
                take(identity.node(), item);
                if (item != null) {
                    newcomers.add(item);
                }
            }
        }
        revision = batch.revision();
        pruning = batch.pruning();
        nodes.forEach((name, node) -> node.apply(
                revision, flows.getOrDefault(name, List.of()), meters.getOrDefault(name, List.of()), pruning.on(name)));
        // Only now: what a switch lacks is found by comparing it with all that is wanted of it.
        newcomers.forEach(
                item -> lobby.claim(item.datapathId()).ifPresent(link -> identified(link, item.datapathId())));
        nodes.entrySet().removeIf(entry -> {
            boolean gone =
                    !switches.containsKey(entry.getKey()) && entry.getValue().isForgettable();
            if (gone) {
                String name = entry.getKey();
                statuses.remove(name);
                drifts.remove(name);
                mailbox.post(Mailbox.Lane.FACTS, facts -> facts.remove(World.DRIFT, name));
            }
            return gone;
        });
        publish();
    }

    private NodeSwitch node(String name) {
        return nodes.computeIfAbsent(name, key -> new NodeSwitch(key, new Progress(), verificationPeriod));
    }

    private void take(String name, SwitchItem item) {
        NodeSwitch node = node(name);
        SwitchItem before = item == null ? switches.remove(name) : switches.put(name, item);
        if (before != null && !before.equals(item)) {
            node.disconnect(item == null ? "nobody wants the switch any longer" : "its datapath id is another one now");
            leave(name);
        }
    }

    /** Says in the facts that a node's switch is not connected any longer, unless it is again. */
    private void leave(String name) {
        if (nodesOfLinks.values().removeIf(name::equals)) {
            long last = generation;
            mailbox.post(Mailbox.Lane.FACTS, facts -> facts.row(World.SWITCHES, name)
                    .filter(row -> row.generation() <= last)
                    .ifPresent(row -> facts.remove(World.SWITCHES, name)));
        }
    }

    private void tick() {
        List.copyOf(nodes.values()).forEach(NodeSwitch::tick);
        // A node closes its link itself when the switch is silent.
        List.copyOf(nodesOfLinks.entrySet()).forEach(entry -> {
            if (!nodes.get(entry.getValue()).isConnectedBy(entry.getKey())) {
                leave(entry.getValue());
            }
        });
        lobby.tick();
        publish();
    }

    private void publish() {
        nodes.forEach((name, node) -> statuses.put(name, node.status()));
    }

    private void received(SwitchLink link, InboundMessage message) {
        String name = nodesOfLinks.get(link);
        if (name != null) {
            if (message instanceof InboundMessage.PacketArrival packet) {
                packet.answer()
                        .ifPresent(answer ->
                                mailbox.packetIn(new PacketIn(name, answer, packet.metadata(), packet.frame())));
            } else {
                NodeSwitch node = nodes.get(name);
                node.receive(message);
                statuses.put(name, node.status());
            }
        } else if (message instanceof InboundMessage.Features features) {
            identified(link, features.datapathId());
        }
    }

    private void identified(SwitchLink link, long datapathId) {
        String name = switches.values().stream()
                .filter(item -> item.datapathId() == datapathId)
                .map(SwitchItem::node)
                .findFirst()
                .orElse(null);
        if (name == null) {
            lobby.keep(link, datapathId);
            return;
        }
        lobby.leave(link);
        nodesOfLinks.values().removeIf(name::equals);
        nodesOfLinks.put(link, name);
        long current = ++generation;
        mailbox.post(
                Mailbox.Lane.FACTS,
                facts -> facts.put(World.SWITCHES, name, new SwitchConnection(datapathId, current)));
        NodeSwitch node = node(name);
        node.apply(revision, List.of(), List.of(), pruning.on(name));
        node.connect(link, datapathId);
        publish();
    }

    private void closed(SwitchLink link) {
        lobby.leave(link);
        String name = nodesOfLinks.get(link);
        if (name != null) {
            LOG.info("node {}: its switch at {} has disconnected", name, link);
            nodes.get(name).gone(link);
            leave(name);
            publish();
        }
    }

    /** Tells the writer what is true in switches. */
    private final class Progress implements NodeListener {
        /** The status is published first: who waited for the revision finds it there. */
        @Override
        public void acknowledged(String name, long done) {
            statuses.put(name, nodes.get(name).status());
            mailbox.acknowledge(new Target(NAME, name), done);
        }

        @Override
        public void committed(long nanos) {
            bundleTimes.add(nanos);
        }

        @Override
        public void verified(String name, FlowDrift drift) {
            String text = drift.toString();
            String before = drifts.put(name, text);
            if (drift.total() > drift.foreign() || !text.equals(before) && drift.total() > 0) {
                LOG.warn("node {}: its switch had other flows than it should: {}", name, text);
            }
            mailbox.post(Mailbox.Lane.FACTS, facts -> facts.put(World.DRIFT, name, drift));
        }
    }

    /** Brings what happens to links to the driver's thread. */
    private final class Links implements LinkListener {
        @Override
        public void opened(SwitchLink link) {
            run("a new connection", () -> lobby.enter(link));
        }

        @Override
        public void received(SwitchLink link, InboundMessage message) {
            run("a message of " + link, () -> {
                try {
                    OpenFlowDriver.this.received(link, message);
                } catch (RuntimeException e) {
                    link.close();
                    throw e;
                }
            });
        }

        @Override
        public void closed(SwitchLink link) {
            run("the end of a connection", () -> OpenFlowDriver.this.closed(link));
        }
    }
}
