package org.karst.bench.sides;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.karst.bench.ovn.Ovn;
import org.karst.bench.ovn.Ovn.LogicalPort;
import org.karst.bench.ovn.PolicyRows;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.Operation;
import org.karst.sandbox.Place;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxSettings;

/** OVN with the same nodes and pods. */
public final class OvnSide implements Side {
    /** The first address of a subnet that a pod gets on both sides. */
    private static final int FIRST = 4;

    private final Ovn ovn;
    private final Map<Integer, Integer> next = new HashMap<>();
    /** What each pod has. */
    private final Map<Dummy, LogicalPort> ports = new LinkedHashMap<>();

    private final Map<Dummy, String> labels = new HashMap<>();
    private final SortedMap<String, Policy> policies = new TreeMap<>();

    private OvnSide(Ovn ovn) {
        this.ovn = ovn;
    }

    /** Starts nodes and OVN. */
    public static OvnSide start(SandboxSettings settings, Consumer<String> progress)
            throws IOException, InterruptedException {
        List<String> subnets = IntStream.rangeClosed(1, settings.nodeCount())
                .mapToObj(node -> Dummy.address(node, Dummy.GATEWAY) + "/" + Dummy.SUBNET_LENGTH)
                .toList();
        return new OvnSide(Ovn.start(settings, subnets, progress));
    }

    private static LogicalPort port(Dummy pod, int offset) {
        String ip = Dummy.address(pod.node(), offset);
        return new LogicalPort(pod.name(), pod.port(), Dummy.mac(ip), ip);
    }

    @Override
    public void prepare(List<Dummy> pods) throws IOException, InterruptedException {
        Side.makePorts(ovn.sandbox(), pods);
        ovn.settle();
    }

    @Override
    public List<Place> run(List<Dummy> pods, List<Policy> more) throws IOException, InterruptedException {
        for (Dummy pod : pods) {
            ovn.containers().create(pod.nodeName(), pod.port());
        }
        add(pods, more);
        List<Place> places = new ArrayList<>();
        for (Dummy pod : pods) {
            places.add(ovn.containers()
                    .configure(ports.get(pod), Dummy.SUBNET_LENGTH, Dummy.address(pod.node(), Dummy.GATEWAY)));
        }
        return places;
    }

    @Override
    public void add(List<Dummy> pods, List<Policy> more) throws IOException, InterruptedException {
        SortedMap<String, List<LogicalPort>> byNode = new TreeMap<>();
        for (Dummy pod : pods) {
            LogicalPort port = port(pod, next.merge(pod.node(), 1, Integer::sum) + FIRST - 1);
            ports.put(pod, port);
            byNode.computeIfAbsent(pod.nodeName(), node -> new ArrayList<>()).add(port);
        }
        boolean isolated = !policies.isEmpty();
        more.forEach(policy -> policies.put(policy.name(), policy));
        ovn.add(byNode, references -> isolated ? joins(pods, references) : isolations(references));
    }

    /** Pods that come alone, into namespaces that are isolated. */
    private List<Operation> joins(List<Dummy> pods, Map<String, Datum> references) {
        List<Operation> operations = new ArrayList<>();
        for (Dummy pod : pods) {
            List<String> selecting = policies.values().stream()
                    .filter(policy -> selects(policy, pod))
                    .map(Policy::name)
                    .toList();
            operations.addAll(
                    PolicyRows.join(pod.namespace(), ports.get(pod).ip(), references.get(pod.name()), selecting));
        }
        return operations;
    }

    private boolean selects(Policy policy, Dummy pod) {
        return policy.namespace().equals(pod.namespace())
                && (policy.app().isEmpty() || policy.app().equals(labels.get(pod)));
    }

    /** All policies, and the namespaces of all pods, if there is any policy. */
    private List<Operation> isolations(Map<String, Datum> references) {
        if (policies.isEmpty()) {
            return List.of();
        }
        SortedMap<String, List<Dummy>> namespaces = new TreeMap<>();
        ports.keySet().forEach(pod -> namespaces
                .computeIfAbsent(pod.namespace(), name -> new ArrayList<>())
                .add(pod));
        List<Operation> operations = new ArrayList<>();
        namespaces.forEach((name, pods) -> operations.addAll(PolicyRows.namespace(
                name,
                pods.stream().map(pod -> ports.get(pod).ip()).toList(),
                pods.stream().map(pod -> references.get(pod.name())).toList())));
        for (Policy policy : policies.values()) {
            List<Datum> selected = namespaces.get(policy.namespace()).stream()
                    .filter(pod -> selects(policy, pod))
                    .map(pod -> references.get(pod.name()))
                    .toList();
            operations.addAll(PolicyRows.policy(policy.name(), policy.from(), policy.port(), selected));
        }
        return operations;
    }

    @Override
    public void add(Policy policy) throws IOException, InterruptedException {
        policies.put(policy.name(), policy);
        List<Datum> selected = ports.keySet().stream()
                .filter(pod -> selects(policy, pod))
                .map(pod -> ovn.reference(pod.name()))
                .toList();
        ovn.change(PolicyRows.policy(policy.name(), policy.from(), policy.port(), selected));
    }

    @Override
    public void remove(Policy policy) throws IOException, InterruptedException {
        policies.remove(policy.name());
        ovn.change(List.of(PolicyRows.remove(policy.name())));
    }

    @Override
    public void label(Dummy pod, String app) throws IOException, InterruptedException {
        List<Operation> operations = new ArrayList<>();
        List<Policy> before = policies.values().stream()
                .filter(policy -> selects(policy, pod))
                .toList();
        labels.put(pod, app);
        for (Policy policy : policies.values()) {
            if (before.contains(policy) != selects(policy, pod)) {
                operations.add(PolicyRows.selected(policy.name(), ovn.reference(pod.name()), selects(policy, pod)));
            }
        }
        ovn.change(operations);
    }

    @Override
    public void change(Dummy pod, int offset) throws IOException, InterruptedException {
        LogicalPort before = ports.get(pod);
        LogicalPort after = port(pod, offset);
        ports.put(pod, after);
        List<Operation> operations = new ArrayList<>(List.of(Ovn.change(after)));
        if (!policies.isEmpty()) {
            operations.add(PolicyRows.leave(pod.namespace(), before.ip()));
            operations.add(PolicyRows.enter(pod.namespace(), after.ip()));
        }
        ovn.change(operations);
    }

    @Override
    public void remove(Dummy pod) throws IOException, InterruptedException {
        next.merge(pod.node(), -1, Integer::sum);
        LogicalPort port = ports.remove(pod);
        ovn.remove(
                pod.name()::equals,
                policies.isEmpty() ? List.of() : List.of(PolicyRows.leave(pod.namespace(), port.ip())));
    }

    @Override
    public void clear() throws IOException, InterruptedException {
        next.clear();
        ports.clear();
        labels.clear();
        policies.clear();
        ovn.remove(name -> true, PolicyRows.removeAll());
    }

    /** What {@code ovn-controller} reports of its own accord after an edit is done too when a second round trip has ended. */
    @Override
    public void settle() throws IOException, InterruptedException {
        ovn.settle();
        ovn.settle();
    }

    @Override
    public Sandbox sandbox() {
        return ovn.sandbox();
    }

    @Override
    public List<Long> processes() throws IOException {
        return Processes.numbers(ovn.pidFiles());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        ovn.close();
    }
}
