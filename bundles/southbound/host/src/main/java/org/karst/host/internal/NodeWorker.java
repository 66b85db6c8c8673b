package org.karst.host.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.karst.host.HostException;
import org.karst.host.HostSettings;
import org.karst.host.Link;
import org.karst.host.NamespaceSession;
import org.karst.host.NetworkNamespace;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.pipeline.LinkState;
import org.karst.pipeline.NodeLink;
import org.karst.pipeline.NodeNeighbour;
import org.karst.pipeline.PodLink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that makes the links of one node true, and notices when they no longer are. */
public final class NodeWorker {
    /** How long a link that cannot be made holds back the acknowledgement of the others: a little more than CNI waits. */
    public static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(NodeWorker.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration FOREVER = Duration.ofDays(1);
    /** Changes come in swarms; one look after a swarm is enough. */
    private static final Duration SWARM = Duration.ofMillis(20);

    private final String node;
    private final HostSettings settings;
    private final LongConsumer acknowledge;
    private final Consumer<Map<String, Optional<LinkState>>> observed;
    private final NodeState state = new NodeState();
    private final Map<Object, Failure> failures = new HashMap<>();
    /** What was told of each pod's link, by its node's end. */
    private final Map<String, LinkState> told = new HashMap<>();

    private final Thread thread;
    private Duration pause = FIRST_PAUSE;
    private boolean strangersRemoved;

    /** An item that is not true, since when, why, and whether somebody should look. */
    private record Failure(Item item, long since, String sentence, boolean worrying) {}

    /**
     * The worker of a node.
     *
     * @param settings where its namespace is
     * @param acknowledge told each revision all of whose items are true
     * @param observed told how pods' links fare, by the node's end; empty: it is gone
     */
    public NodeWorker(
            String node,
            HostSettings settings,
            LongConsumer acknowledge,
            Consumer<Map<String, Optional<LinkState>>> observed) {
        this.node = node;
        this.settings = settings;
        this.acknowledge = acknowledge;
        this.observed = observed;
        this.thread = new Thread(this::run, "host " + node);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Takes what changed; never blocks. */
    public void apply(long revision, Collection<Change> changes, boolean pruning) {
        state.apply(revision, changes, pruning);
    }

    /** Ends the thread; the links stay. */
    public void stop() {
        state.stop();
    }

    /** The namespace may come later than the wish, or go and come again: then all begins anew. */
    private void run() {
        String complaint = "";
        Duration wait = FIRST_PAUSE;
        while (!state.stopped()) {
            try (NetworkNamespace place = settings.open(node);
                    NamespaceSession inside = place.enter();
                    RouteEvents events = RouteEvents.in(place);
                    NodeLinks links = new NodeLinks(inside, settings.softwareChecksums())) {
                listen(events);
                state.suspectAll();
                failures.clear();
                strangersRemoved = false;
                serve(links, new NodeNeighbours(inside.routes()));
            } catch (IOException | RuntimeException failed) {
                if (!complaint.equals(failed.getMessage())) {
                    complaint = String.valueOf(failed.getMessage());
                    LOG.warn("node {}: {}; trying again", node, complaint);
                }
                sleep(wait);
                wait = longer(wait);
            } catch (InterruptedException interruption) {
                return;
            }
        }
    }

    private void listen(RouteEvents events) {
        Thread listener = new Thread(
                () -> {
                    try {
                        while (!state.stopped()) {
                            RouteEvents.Heard heard = events.await(Duration.ofSeconds(1));
                            if (heard.compareTo(RouteEvents.Heard.LINKS) >= 0) {
                                sleep(SWARM);
                                state.touch(heard == RouteEvents.Heard.WAYS);
                            }
                        }
                    } catch (HostException closed) {
                        // The worker closed it, or will see the same failure itself.
                        state.touch(true);
                    }
                },
                "host events " + node);
        listener.setDaemon(true);
        listener.start();
    }

    private void serve(NodeLinks links, NodeNeighbours neighbours) throws HostException, InterruptedException {
        while (true) {
            NodeState.Work work = state.take(failures.isEmpty() ? FOREVER : pause);
            if (work == null) {
                return;
            }
            try {
                Set<Item> settle = new HashSet<>(work.settle());
                if (work.look()) {
                    settle.addAll(damaged(links));
                }
                settle(links, settle);
                remove(links, work.remove());
                if (work.ways()
                        || work.prune() && !strangersRemoved
                        || Stream.concat(settle.stream(), work.remove().stream())
                                .anyMatch(NodeNeighbour.class::isInstance)) {
                    settle(neighbours, work.prune());
                }
                if (work.prune() && !strangersRemoved) {
                    removeStrangers(links);
                }
            } catch (HostException broken) {
                work.remove().forEach(state::retryRemoval);
                throw broken;
            }
            pause = failures.isEmpty() ? FIRST_PAUSE : longer(pause);
            if (work.revision() >= 0 && nothingHoldsBack(links)) {
                acknowledge.accept(work.revision());
            }
        }
    }

    /** What was true and is no longer, as far as the node's own namespace shows it. */
    private List<Item> damaged(NodeLinks links) throws HostException {
        Map<String, Link> present = links.present();
        List<Item> damaged = new ArrayList<>();
        for (Item item : state.wanted()) {
            if (item instanceof PodLink pod) {
                Link link = present.get(pod.name());
                if (link == null || !link.up() || link.mtu() != pod.mtu()) {
                    damaged.add(item);
                }
            } else if (item instanceof NodeLink) {
                damaged.add(item);
            }
        }
        return damaged;
    }

    private void settle(NodeLinks links, Set<Item> items) throws HostException {
        List<PodLink> pods = new ArrayList<>();
        for (Item item : items) {
            if (item instanceof PodLink pod) {
                pods.add(pod);
            } else if (item instanceof NodeLink link) {
                try {
                    awaited(link, links.settle(link) ? null : "link " + link.name() + " is not there yet");
                } catch (HostException refusal) {
                    report(link, refusal.getMessage());
                }
            }
        }
        if (!pods.isEmpty()) {
            Map<String, HostException> refused = links.settle(pods);
            Map<String, Optional<LinkState>> news = new HashMap<>();
            for (PodLink link : pods) {
                HostException refusal = refused.get(link.name());
                report(link, refusal == null ? null : refusal.getMessage());
                LinkState now = refusal == null ? LinkState.READY : new LinkState(refusal.getMessage());
                if (!now.equals(told.put(link.name(), now))) {
                    news.put(link.name(), Optional.of(now));
                }
            }
            tell(news);
        }
    }

    private void tell(Map<String, Optional<LinkState>> news) {
        if (!news.isEmpty()) {
            observed.accept(news);
        }
    }

    /** All at once, because one entry may lead to several addresses. */
    private void settle(NodeNeighbours neighbours, boolean prune) throws HostException {
        List<NodeNeighbour> wanted = new ArrayList<>();
        for (Item item : state.wanted()) {
            if (item instanceof NodeNeighbour neighbour) {
                wanted.add(neighbour);
            }
        }
        Map<NodeNeighbour, String> refused = neighbours.settle(wanted, prune);
        wanted.forEach(neighbour -> awaited(neighbour, refused.get(neighbour)));
    }

    /** As {@link #report}, of what others make true in their time: worth a warning only when that is long. */
    private void awaited(Item item, String sentence) {
        Failure before = failures.get(item.identity());
        boolean overdue = before != null && System.nanoTime() - before.since() > PATIENCE.toNanos();
        report(item, sentence, overdue);
    }

    private void report(Item item, String sentence) {
        report(item, sentence, true);
    }

    /** Remembers how an item fares; {@code sentence} is null when it is true. */
    private void report(Item item, String sentence, boolean worrying) {
        Failure before = failures.get(item.identity());
        if (sentence == null) {
            if (before != null) {
                failures.remove(item.identity());
                LOG.info("node {}: {} is well now", node, item.identity());
            }
            return;
        }
        boolean same = before != null && before.item().equals(item);
        failures.put(item.identity(), new Failure(item, same ? before.since() : System.nanoTime(), sentence, worrying));
        if (before == null || !before.sentence().equals(sentence) || before.worrying() != worrying) {
            if (worrying) {
                LOG.warn("node {}: {}", node, sentence);
            } else {
                LOG.info("node {}: {}", node, sentence);
            }
        }
        state.retry(item);
    }

    private void remove(NodeLinks links, List<Item> items) throws HostException {
        Map<String, Item> pods = new HashMap<>();
        for (Item item : items) {
            failures.remove(item.identity());
            if (item instanceof PodLink pod) {
                pods.put(pod.name(), item);
            } else if (item instanceof NodeLink link) {
                links.clear(link);
            }
        }
        links.remove(List.copyOf(pods.keySet())).forEach((name, refusal) -> {
            LOG.warn("node {}: {}", node, refusal.getMessage());
            state.retryRemoval(pods.get(name));
        });
        Map<String, Optional<LinkState>> gone = new HashMap<>();
        pods.keySet().stream()
                .filter(name -> told.remove(name) != null)
                .forEach(name -> gone.put(name, Optional.empty()));
        tell(gone);
    }

    /** Links that bear our mark from an earlier life and that nobody wants. */
    private void removeStrangers(NodeLinks links) throws HostException {
        Set<String> names = new HashSet<>();
        links.present().values().stream()
                .filter(link -> link.group() == NodeLinks.OURS)
                .forEach(link -> names.add(link.name()));
        for (Item item : state.wanted()) {
            if (item instanceof PodLink pod) {
                names.remove(pod.name());
            }
        }
        links.remove(List.copyOf(names))
                .forEach((name, refusal) -> LOG.warn("node {}: {}", node, refusal.getMessage()));
        strangersRemoved = true;
    }

    private boolean nothingHoldsBack(NodeLinks links) throws HostException {
        Map<Object, Item> wanted = state.wantedByIdentity();
        failures.keySet().retainAll(wanted.keySet());
        if (failures.values().stream().noneMatch(NodeWorker::holdsBack)) {
            return true;
        }
        Set<String> present = links.present().keySet();
        return failures.values().stream()
                .filter(failure -> !(failure.item() instanceof PodLink pod) || present.contains(pod.name()))
                .noneMatch(NodeWorker::holdsBack);
    }

    /**
     * A tunnel works without a neighbour known beforehand, only later: nobody waits for that. Nor for a link that could not be
     * made: who asked for it is told so by a fact.
     */
    private static boolean holdsBack(Failure failure) {
        if (failure.item() instanceof NodeNeighbour) {
            return false;
        }
        boolean recent = System.nanoTime() - failure.since() < PATIENCE.toNanos();
        boolean gone = failure.item() instanceof PodLink && !Files.exists(Path.of(((PodLink) failure.item()).netns()));
        return recent && !gone;
    }

    private static Duration longer(Duration wait) {
        Duration doubled = wait.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private static void sleep(Duration wait) {
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
