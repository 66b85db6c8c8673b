package org.karst.questions.internal;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.karst.controller.DampedUnit;
import org.karst.controller.Inspection;
import org.karst.controller.LoopStatistics;
import org.karst.controller.Recomputation;
import org.karst.controller.StageStatus;
import org.karst.incremental.Conflict;
import org.karst.incremental.Failure;
import org.karst.incremental.Item;
import org.karst.incremental.Table;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.Node;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.FlowDrift;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Interface;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Target;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;
import org.karst.questions.Nodes;
import org.karst.questions.Pods;
import org.karst.questions.QuestionException;
import org.karst.questions.Slots;
import org.karst.questions.Status;

/** Questions about the whole: the controller, nodes, pods, slots. */
public final class Overview {
    private static final double NANOS = 1e9;

    private Overview() {}

    /** All rows of a table. */
    static <K extends Comparable<? super K>, R> SortedMap<K, R> rows(Inspection inspection, Table<K, R> table) {
        return inspection.read(view -> rows(view, table));
    }

    private static <K extends Comparable<? super K>, R> SortedMap<K, R> rows(View view, Table<K, R> table) {
        SortedMap<K, R> rows = new TreeMap<>();
        view.all(table).forEach(key -> view.get(table, key).ifPresent(row -> rows.put(key, row)));
        return rows;
    }

    /** The names of the nodes. */
    static SortedSet<String> nodeNames(Inspection inspection) {
        SortedSet<String> names = new TreeSet<>();
        inspection.read(view -> view.all(World.NODES.table())).forEach(key -> names.add(key.name()));
        return names;
    }

    /** Fails unless there is a node of that name. */
    static void requireNode(Inspection inspection, String name) {
        SortedSet<String> names = nodeNames(inspection);
        if (!names.contains(name)) {
            throw QuestionException.notFound("there is no node " + name
                    + (names.isEmpty() ? "; there are none at all" : "; there are " + some(names)));
        }
    }

    private static String some(SortedSet<String> names) {
        List<String> first = names.stream().limit(10).toList();
        return String.join(", ", first)
                + (names.size() > first.size() ? " and " + (names.size() - first.size()) + " more" : "");
    }

    public static Supplier<Status> status(Inspection inspection, LoopStatistics loop) {
        List<String> notReady = inspection.notReady();
        long revision = inspection.revision();
        SortedSet<String> features = inspection.features();
        SortedSet<String> drivers = inspection.drivers();
        SortedSet<String> nodes = nodeNames(inspection);
        int switches = inspection.<Integer>read(view -> view.all(World.SWITCHES).size());
        int pods = inspection.<Integer>read(view -> view.all(World.PODS.table()).size());
        int attachments =
                inspection.<Integer>read(view -> view.all(World.ATTACHMENTS).size());
        List<Item> items = inspection.itemsInNoOrder();
        int cells = inspection.cells();
        SortedMap<Target, Long> changed = inspection.changed();
        SortedMap<Target, Long> acknowledged = inspection.acknowledged();
        SortedMap<String, String> positions = rows(inspection, World.POSITIONS);
        List<Failure> failures = inspection.failures();
        List<Conflict> conflicts = inspection.conflicts();
        List<DampedUnit> damped = inspection.damped();
        SortedMap<String, FlowDrift> drift = rows(inspection, World.DRIFT);
        Optional<Recomputation> recomputation = inspection.recomputation();
        return () -> new Status(
                notReady.isEmpty(),
                notReady,
                revision,
                List.copyOf(features),
                List.copyOf(drivers),
                nodes.size(),
                switches,
                pods,
                attachments,
                items.size(),
                (int) items.stream().filter(FlowItem.class::isInstance).count(),
                cells,
                targets(changed, acknowledged),
                positions,
                failures.stream().map(Overview::sentence).toList(),
                conflicts.stream().map(Overview::sentence).toList(),
                damped.stream().map(Overview::sentence).toList(),
                drift.entrySet().stream()
                        .filter(row -> row.getValue().total() > 0)
                        .map(row -> row.getKey() + " at "
                                + row.getValue().verified().truncatedTo(ChronoUnit.SECONDS) + ": " + row.getValue())
                        .toList(),
                drift.size(),
                recomputation.map(Recomputation::toString),
                new Status.LoopStatus(
                        loop.steps(),
                        loop.messages(),
                        loop.failedMessages(),
                        loop.waiting(),
                        loop.settleNanos() / NANOS,
                        loop.longestStepNanos() / NANOS));
    }

    private static List<Status.TargetStatus> targets(
            SortedMap<Target, Long> changed, SortedMap<Target, Long> acknowledged) {
        SortedSet<Target> all = new TreeSet<>(changed.keySet());
        all.addAll(acknowledged.keySet());
        return all.stream()
                .map(target -> new Status.TargetStatus(
                        target.driver(),
                        target.place(),
                        changed.getOrDefault(target, 0L),
                        acknowledged.getOrDefault(target, 0L)))
                .toList();
    }

    private static String sentence(Failure failure) {
        return failure.definition() + " for " + failure.key() + ": " + failure.message();
    }

    private static String sentence(DampedUnit unit) {
        return unit.rule() + " for " + unit.key() + (unit.held() ? " is held until " : " is watched until ")
                + unit.until() + ": what it wants comes back as facts of "
                + String.join(" and ", unit.drivers()) + " and changes it again";
    }

    private static String sentence(Conflict conflict) {
        return conflict.identity() + " is wanted by "
                + String.join(
                        " and by ",
                        conflict.claims().stream()
                                .map(claim -> claim.rule() + " for " + claim.key() + " as " + claim.item())
                                .toList())
                + "; the first wins";
    }

    public static Supplier<Nodes> nodes(Inspection inspection) {
        long revision = inspection.revision();
        SortedMap<PodKey, Node> nodes = rows(inspection, World.NODES.table());
        SortedMap<String, List<Cidr>> subnets = new TreeMap<>();
        nodes.values()
                .forEach(node ->
                        subnets.put(node.name(), inspection.read(view -> view.get(Topology.SUBNETS, node.name()))));
        SortedSet<String> connected = inspection.read(view -> view.all(World.SWITCHES));
        SortedSet<AttachmentKey> attachments = inspection.read(view -> view.all(World.ATTACHMENTS));
        List<Item> items = inspection.itemsInNoOrder();
        SortedMap<Target, Long> changed = inspection.changed();
        SortedMap<Target, Long> acknowledged = inspection.acknowledged();
        return () -> {
            Map<String, Integer> flows = new HashMap<>();
            items.forEach(item -> {
                if (item instanceof FlowItem flow) {
                    flows.merge(flow.node(), 1, Integer::sum);
                }
            });
            List<Nodes.Row> rows = new ArrayList<>();
            for (Node node : nodes.values()) {
                String name = node.name();
                rows.add(new Nodes.Row(
                        name,
                        node.addresses().stream().map(Ip::toString).toList(),
                        subnets.get(name).stream().map(Object::toString).toList(),
                        connected.contains(name),
                        (int) attachments.stream()
                                .filter(key -> key.node().equals(name))
                                .count(),
                        flows.getOrDefault(name, 0),
                        changed.keySet().stream()
                                .filter(target -> target.place().equals(name))
                                .filter(target -> acknowledged.getOrDefault(target, 0L) < changed.get(target))
                                .map(Target::driver)
                                .toList()));
            }
            return new Nodes(revision, rows);
        };
    }

    public static Supplier<Pods> pods(Inspection inspection, Optional<String> node) {
        node.ifPresent(name -> requireNode(inspection, name));
        long revision = inspection.revision();
        SortedMap<PodKey, Pod> pods = rows(inspection, World.PODS.table());
        Set<PodKey> nodes = rows(inspection, World.NODES.table()).keySet();
        SortedMap<AttachmentKey, Attachment> attachments = rows(inspection, World.ATTACHMENTS);
        SortedMap<PortKey, Interface> interfaces = rows(inspection, World.INTERFACES);
        return () -> {
            List<Pods.Row> rows = new ArrayList<>();
            SortedSet<PodKey> attached = new TreeSet<>();
            attachments.forEach((key, attachment) -> {
                attached.add(attachment.pod());
                int number = Optional.ofNullable(interfaces.get(new PortKey(key.node(), attachment.port())))
                        .filter(Interface::ready)
                        .map(Interface::ofport)
                        .orElse(0);
                rows.add(attached(key, attachment, number));
            });
            pods.forEach((key, pod) -> {
                if (!attached.contains(key)) {
                    rows.add(notAttached(pod, nodes));
                }
            });
            rows.removeIf(row -> node.isPresent() && !row.node().equals(node.get()));
            rows.sort(Comparator.comparing(Pods.Row::pod).thenComparing(Pods.Row::container));
            return new Pods(revision, rows);
        };
    }

    private static Pods.Row attached(AttachmentKey key, Attachment attachment, int number) {
        return new Pods.Row(
                attachment.pod().toString(),
                key.node(),
                attachment.addresses().stream()
                        .map(InterfaceAddress::address)
                        .map(Ip::toString)
                        .toList(),
                attachment.port(),
                number,
                attachment.mac().toString(),
                attachment.mtu(),
                key.containerId() + "/" + key.ifname(),
                number == 0 ? Pods.State.PORT_MISSING : Pods.State.ATTACHED);
    }

    private static Pods.Row notAttached(Pod pod, Set<PodKey> nodes) {
        return new Pods.Row(
                pod.key().toString(),
                pod.node(),
                pod.addresses().stream().map(Ip::toString).toList(),
                "",
                0,
                "",
                0,
                "",
                state(pod, nodes));
    }

    private static Pods.State state(Pod pod, Set<PodKey> nodes) {
        if (pod.finished()) {
            return Pods.State.FINISHED;
        }
        if (pod.hostNetwork()) {
            return Pods.State.HOST_NETWORK;
        }
        if (pod.node().isEmpty()) {
            return Pods.State.NOT_SCHEDULED;
        }
        return nodes.contains(new PodKey("", pod.node())) ? Pods.State.NOT_ATTACHED : Pods.State.NODE_UNKNOWN;
    }

    public static Supplier<Slots> slots(Inspection inspection) {
        long revision = inspection.revision();
        List<StageStatus> stages = inspection.stages();
        List<Item> items = inspection.itemsInNoOrder();
        return () -> {
            Map<Integer, Integer> flows = new HashMap<>();
            items.forEach(item -> {
                if (item instanceof FlowItem flow) {
                    flows.merge(flow.flow().table(), 1, Integer::sum);
                }
            });
            List<Slots.Row> rows = new ArrayList<>();
            for (Slot slot : Slot.values()) {
                int inSlot = 0;
                for (int table = slot.gate(); table < slot.gate() + Slot.TABLES; table++) {
                    inSlot += flows.getOrDefault(table, 0);
                }
                rows.add(new Slots.Row(
                        slot,
                        slot.gate(),
                        slot.otherwise(),
                        stages.stream()
                                .filter(stage -> stage.slot() == slot)
                                .map(stage -> stage(stage, flows))
                                .toList(),
                        inSlot));
            }
            return new Slots(revision, rows);
        };
    }

    private static Slots.StageRow stage(StageStatus stage, Map<Integer, Integer> flows) {
        return new Slots.StageRow(
                stage.name(),
                stage.feature(),
                stage.gate().toString(),
                stage.state(),
                stage.tables().stream()
                        .map(table -> new Slots.TableRow(table.number(), table.name()))
                        .toList(),
                stage.tables().stream()
                        .map(TableRef::number)
                        .mapToInt(number -> flows.getOrDefault(number, 0))
                        .sum());
    }
}
