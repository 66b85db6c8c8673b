package org.karst.bench.sides;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.karst.sandbox.Place;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxNode;

/** One of the two that are compared. Each edit returns when all switches that it concerns have acknowledged its flows. */
public interface Side extends AutoCloseable {
    /** Ports in one transaction of ovs-vsctl: a command line has an end. */
    int PORTS_AT_ONCE = 200;

    /**
     * Runs pods in network namespaces of their own, with policies; only before anything else is added.
     *
     * @return the namespaces, in the order of the pods
     */
    List<Place> run(List<Dummy> pods, List<Policy> policies) throws IOException, InterruptedException;

    /** Adds many pods and policies at once; policies come with all pods of their namespaces. */
    void add(List<Dummy> pods, List<Policy> policies) throws IOException, InterruptedException;

    /** Adds a policy for pods that are there, and that others isolate already. */
    void add(Policy policy) throws IOException, InterruptedException;

    /** Removes a policy. */
    void remove(Policy policy) throws IOException, InterruptedException;

    /** Gives the label {@code app} of a pod this value. */
    void label(Dummy pod, String app) throws IOException, InterruptedException;

    /** Gives a pod this address instead of its own. */
    void change(Dummy pod, int offset) throws IOException, InterruptedException;

    /** Removes a pod. */
    void remove(Dummy pod) throws IOException, InterruptedException;

    /** Removes all pods and policies. */
    void clear() throws IOException, InterruptedException;

    /** Waits until this side has nothing left to do. */
    void settle() throws IOException, InterruptedException;

    Sandbox sandbox();

    /** The numbers of this side's processes, without the switches'. */
    List<Long> processes() throws IOException;

    /** Makes what is there before pods come: their ports in their switches, and their objects. */
    void prepare(List<Dummy> pods) throws IOException, InterruptedException;

    @Override
    void close() throws IOException, InterruptedException;

    /** Makes the ports of pods in the switches of a sandbox, in a few transactions. */
    static void makePorts(Sandbox sandbox, List<Dummy> pods) throws IOException, InterruptedException {
        for (SandboxNode node : sandbox.nodes()) {
            List<String> own = pods.stream()
                    .filter(pod -> pod.node() == node.number())
                    .map(Dummy::port)
                    .toList();
            for (int from = 0; from < own.size(); from += PORTS_AT_ONCE) {
                List<String> words = new ArrayList<>();
                for (String port : own.subList(from, Math.min(own.size(), from + PORTS_AT_ONCE))) {
                    words.addAll(List.of("--", "add-port", "br-int", port));
                    words.addAll(List.of("--", "set", "interface", port, "type=dummy"));
                }
                sandbox.openVSwitch(node).vsctl(words.toArray(String[]::new));
            }
        }
    }

    /** Where the nodes of a sandbox keep the numbers of their switches' processes. */
    static List<Path> switchPidFiles(Sandbox sandbox) {
        return sandbox.nodes().stream()
                .flatMap(node ->
                        List.of("ovs-vswitchd.pid", "ovsdb-server.pid").stream().map(node.directory()::resolve))
                .toList();
    }
}
