package org.karst.bench.spine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.karst.bench.ovn.Ovn;
import org.karst.bench.ovn.Ovn.LogicalPort;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxSettings;

/** OVN with the same nodes and pods. */
final class OvnSide implements Side {
    /** The first address of a subnet that a pod gets on both sides. */
    private static final int FIRST = 4;

    private final Ovn ovn;
    private final Map<Integer, Integer> next = new HashMap<>();

    private OvnSide(Ovn ovn) {
        this.ovn = ovn;
    }

    static OvnSide start(SandboxSettings settings, Consumer<String> progress) throws IOException, InterruptedException {
        List<String> subnets = IntStream.rangeClosed(1, settings.nodeCount())
                .mapToObj(node -> Dummy.address(node, 1) + "/23")
                .toList();
        return new OvnSide(Ovn.start(settings, subnets, progress));
    }

    private static String node(Dummy pod) {
        return "node-" + pod.node();
    }

    private static LogicalPort port(Dummy pod, int offset) {
        String ip = Dummy.address(pod.node(), offset);
        return new LogicalPort(pod.name(), pod.port(), Dummy.mac(ip), ip);
    }

    @Override
    public void makePorts(List<Dummy> pods) throws IOException, InterruptedException {
        Side.makePorts(ovn.sandbox(), pods);
        ovn.settle();
    }

    @Override
    public void add(List<Dummy> pods) throws IOException, InterruptedException {
        SortedMap<String, List<LogicalPort>> ports = new TreeMap<>();
        for (Dummy pod : pods) {
            int offset = next.merge(pod.node(), 1, Integer::sum) + FIRST - 1;
            ports.computeIfAbsent(node(pod), node -> new ArrayList<>()).add(port(pod, offset));
        }
        ovn.add(ports);
    }

    @Override
    public void change(Dummy pod, int offset) throws IOException, InterruptedException {
        ovn.change(port(pod, offset));
    }

    @Override
    public void remove(Dummy pod) throws IOException, InterruptedException {
        next.merge(pod.node(), -1, Integer::sum);
        ovn.remove(pod.name()::equals);
    }

    @Override
    public void clear() throws IOException, InterruptedException {
        next.clear();
        ovn.remove(name -> true);
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
