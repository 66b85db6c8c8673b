package org.karst.openflow.internal.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.karst.incremental.Change;
import org.karst.openflow.Difference.Kind;
import org.karst.openflow.internal.codec.FlowDescription;
import org.karst.openflow.internal.codec.RequestEncoder.FlowCommand;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.Slot;

/**
 * The flows of one node: those wanted, those that the switch holds, and the queue of those where the two may differ.
 *
 * <p>The queue has each flow at most once, in the order in which it first differed, with the revision of that. What is to be
 * sent about it is decided when it is taken, so newer differences coalesce with older ones, and one that came and went costs
 * nothing. Not thread-safe.
 */
final class FlowLedger {
    /** The switch keeps the tables above for itself. */
    private static final int LAST_TABLE = 253;

    private final String node;
    private final Map<FlowItem.Identity, FlowItem> wanted = new HashMap<>();
    private final Map<FlowItem.Identity, Held> held = new HashMap<>();
    private final Map<FlowItem.Identity, Long> queue = new LinkedHashMap<>();
    /** Flows that nobody wants and that may not go yet. */
    private final Set<FlowItem.Identity> kept = new HashSet<>();
    /** Flows that the switch refused, by what was refused. */
    private final Map<FlowItem.Identity, Flow> refused = new HashMap<>();

    private Pruning pruning = Pruning.NOTHING;
    private long revision;
    private int foreign;

    FlowLedger(String node) {
        this.node = node;
    }

    /** Takes what changed for this node in a settlement. */
    void want(long newRevision, List<Change> changes) {
        revision = newRevision;
        List<FlowItem.Identity> gates = new ArrayList<>();
        List<FlowItem.Identity> removals = new ArrayList<>();
        for (Change change : changes) {
            FlowItem.Identity identity = (FlowItem.Identity) change.identity();
            if (change.after() instanceof FlowItem item) {
                wanted.put(identity, item);
                if (isGate(identity)) {
                    gates.add(identity);
                } else {
                    queue.putIfAbsent(identity, newRevision);
                }
            } else {
                wanted.remove(identity);
                removals.add(identity);
            }
        }
        gates.forEach(identity -> queue.putIfAbsent(identity, newRevision));
        removals.forEach(identity -> queue.putIfAbsent(identity, newRevision));
    }

    /** A gate opens once the flows behind it are there, so its flows go last among what is added. */
    private static boolean isGate(FlowItem.Identity identity) {
        return identity.table() % Slot.TABLES == 0;
    }

    /** Takes what may be removed from now on. */
    void prune(Pruning newPruning) {
        if (!newPruning.equals(pruning)) {
            pruning = newPruning;
            kept.forEach(identity -> queue.putIfAbsent(identity, revision));
            kept.clear();
        }
    }

    /** Forgets what the switch holds: it is about to be asked, or is gone. */
    void forget() {
        held.clear();
        queue.clear();
        kept.clear();
        refused.clear();
        foreign = 0;
    }

    /** Takes a part of what the switch says it holds. */
    void observe(List<FlowDescription> flows) {
        sort(flows, held, other -> foreign++);
    }

    /** Tells flows of ours, which go into a map, from those of others; what a switch learned by an action of ours is neither. */
    void sort(
            List<FlowDescription> flows, Map<FlowItem.Identity, Held> ours, Consumer<? super FlowDescription> others) {
        for (FlowDescription flow : flows) {
            if (flow.cookie().bits() >>> 56 == Cookie.LEARNED) {
                continue;
            }
            boolean isOurs = flow.cookie().stage().isPresent();
            if (flow.match().isEmpty() || flow.table() > LAST_TABLE) {
                others.accept(flow);
                continue;
            }
            FlowItem.Identity identity = identity(flow);
            FlowItem item = wanted.get(identity);
            if (!isOurs && item == null) {
                others.accept(flow);
                continue;
            }
            ours.put(identity, new Held(flow.cookie(), share(item, flow)));
        }
    }

    private FlowItem.Identity identity(FlowDescription flow) {
        return new FlowItem.Identity(
                node, flow.table(), flow.priority(), flow.match().orElseThrow());
    }

    /** Whether a flow is wanted in the place of this one. */
    boolean wants(FlowDescription flow) {
        return flow.match().isPresent() && wanted.containsKey(identity(flow));
    }

    /** The wanted flow itself where it is equal, so that each exists once. */
    private static Optional<Flow> share(FlowItem item, FlowDescription flow) {
        if (flow.actions().isEmpty()) {
            return Optional.empty();
        }
        if (item != null && item.flow().actions().equals(flow.actions().get())) {
            return Optional.of(item.flow());
        }
        return Optional.of(new Flow(
                flow.table(),
                flow.priority(),
                flow.match().orElseThrow(),
                flow.actions().get()));
    }

    /** Compares all that is wanted with all that is held and queues what differs; answers how many flows that are. */
    int compare() {
        queue(compare(held, Set.of()));
        return queue.size();
    }

    /**
     * Compares all that is wanted with what was seen; what is queued or kept is known to differ and left out.
     *
     * @param underWay flows that may have changed since they were seen: left out
     */
    List<Finding> compare(Map<FlowItem.Identity, Held> seen, Set<FlowItem.Identity> underWay) {
        List<Finding> findings = new ArrayList<>();
        for (FlowItem item : wanted.values()) {
            FlowItem.Identity identity = item.identity();
            Held there = seen.get(identity);
            if (command(item, there).isPresent() && isJudged(identity, underWay)) {
                findings.add(new Finding(there == null ? Kind.MISSING : Kind.ALTERED, identity, item, there));
            }
        }
        seen.forEach((identity, there) -> {
            if (!wanted.containsKey(identity) && isJudged(identity, underWay) && !kept.contains(identity)) {
                findings.add(new Finding(Kind.UNWANTED, identity, null, there));
            }
        });
        return findings;
    }

    private boolean isJudged(FlowItem.Identity identity, Set<FlowItem.Identity> underWay) {
        return !queue.containsKey(identity) && !underWay.contains(identity);
    }

    /** Believes what was seen, apart from what may have changed since. */
    void adopt(Map<FlowItem.Identity, Held> seen, Set<FlowItem.Identity> underWay) {
        held.keySet().removeIf(identity -> !seen.containsKey(identity) && !underWay.contains(identity));
        kept.retainAll(held.keySet());
        seen.forEach((identity, there) -> {
            if (!underWay.contains(identity)) {
                held.put(identity, there);
            }
        });
    }

    /** Queues flows that differ: as ever, gates last among what is added. */
    void queue(List<Finding> findings) {
        List<FlowItem.Identity> gates = new ArrayList<>();
        List<FlowItem.Identity> removals = new ArrayList<>();
        for (Finding finding : findings) {
            if (finding.kind() == Kind.UNWANTED) {
                removals.add(finding.identity());
            } else if (isGate(finding.identity())) {
                gates.add(finding.identity());
            } else {
                queue.putIfAbsent(finding.identity(), revision);
            }
        }
        gates.forEach(identity -> queue.putIfAbsent(identity, revision));
        removals.forEach(identity -> queue.putIfAbsent(identity, revision));
    }

    /** Whether a flow that differed is now as it shall be, or at least was so meanwhile. */
    boolean isRight(Finding finding) {
        return !kept.contains(finding.identity()) && !refused.containsKey(finding.identity());
    }

    /**
     * Takes flows from the head of the queue until so many have to be sent: additions first, deletions last. What needs no
     * sending is dropped on the way.
     */
    List<FlowChange> take(int limit) {
        List<FlowChange> additions = new ArrayList<>();
        List<FlowChange> modifications = new ArrayList<>();
        List<FlowChange> deletions = new ArrayList<>();
        var entries = queue.keySet().iterator();
        while (entries.hasNext() && additions.size() + modifications.size() + deletions.size() < limit) {
            FlowItem.Identity identity = entries.next();
            entries.remove();
            FlowItem item = wanted.get(identity);
            Held there = held.get(identity);
            if (item == null) {
                delete(identity, there).ifPresent(deletions::add);
                continue;
            }
            command(item, there).ifPresent(command -> (command == FlowCommand.ADD ? additions : modifications)
                    .add(new FlowChange(identity, command, item.flow(), item.cookie())));
        }
        additions.addAll(modifications);
        additions.addAll(deletions);
        return additions;
    }

    private Optional<FlowChange> delete(FlowItem.Identity identity, Held there) {
        refused.remove(identity);
        if (there == null) {
            return Optional.empty();
        }
        if (there.cookie().stage().isEmpty()) {
            held.remove(identity);
            foreign++;
            return Optional.empty();
        }
        if (!pruning.allows(there.cookie().stage().get())) {
            kept.add(identity);
            return Optional.empty();
        }
        Flow name = new Flow(identity.table(), identity.priority(), identity.match(), List.of());
        return Optional.of(new FlowChange(identity, FlowCommand.DELETE_STRICT, name, there.cookie()));
    }

    private Optional<FlowCommand> command(FlowItem item, Held there) {
        if (item.flow().equals(refused.get(item.identity()))) {
            return Optional.empty();
        }
        // A modification keeps cookie and timeouts, so what has others of these is replaced.
        if (there == null
                || there.flow().isEmpty()
                || !there.cookie().stage().equals(item.cookie().stage())) {
            return Optional.of(FlowCommand.ADD);
        }
        return there.flow().get().equals(item.flow()) ? Optional.empty() : Optional.of(FlowCommand.MODIFY_STRICT);
    }

    /** The switch has done so. */
    void done(List<FlowChange> changes) {
        for (FlowChange change : changes) {
            FlowItem.Identity identity = change.identity();
            switch (change.command()) {
                case ADD -> held.put(identity, new Held(change.cookie(), Optional.of(change.flow())));
                case MODIFY_STRICT ->
                    held.put(identity, new Held(held.get(identity).cookie(), Optional.of(change.flow())));
                case DELETE_STRICT -> held.remove(identity);
            }
            if (change.command() != FlowCommand.DELETE_STRICT) {
                refused.remove(identity);
            }
        }
    }

    /** The switch has done nothing of this: it stays due, as of the revision in which it was taken. */
    void undone(List<FlowChange> changes, long since) {
        Map<FlowItem.Identity, Long> behind = new LinkedHashMap<>(queue);
        queue.clear();
        changes.forEach(change -> queue.put(change.identity(), since));
        behind.forEach(queue::putIfAbsent);
    }

    /** The switch does not take this flow, and would not the next time: it is left out until it is another one. */
    void refuse(FlowChange change) {
        if (change.command() == FlowCommand.DELETE_STRICT) {
            held.remove(change.identity());
        } else {
            refused.put(change.identity(), change.flow());
        }
    }

    boolean isQueueEmpty() {
        return queue.isEmpty();
    }

    /** The revision of the head of the queue, or one more than the newest if the queue is empty. */
    long firstDue() {
        return queue.isEmpty() ? revision + 1 : queue.values().iterator().next();
    }

    long revision() {
        return revision;
    }

    void countForeign(int flows) {
        foreign = flows;
    }

    /** How many flows of ours the switch holds. */
    int size() {
        return held.size();
    }

    /** How many flows of the switch are not ours. */
    int foreign() {
        return foreign;
    }

    int queued() {
        return queue.size();
    }

    int refused() {
        return refused.size();
    }

    int wanted() {
        return wanted.size();
    }
}
