package org.karst.bench.spine;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;

/** The Karst server with its nodes. Pods come and go by CNI, as kubelets bring and take them. */
final class KarstSide implements Side {
    private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([0-9.]+)/");

    private final SandboxCluster cluster;
    private final Map<Dummy, String> addresses = new HashMap<>();

    private KarstSide(SandboxCluster cluster) {
        this.cluster = cluster;
    }

    static KarstSide start(SandboxSettings settings, ServerSettings server, Consumer<String> progress)
            throws IOException, InterruptedException {
        return new KarstSide(SandboxCluster.start(settings, server, progress));
    }

    @Override
    public void makePorts(List<Dummy> pods) throws IOException, InterruptedException {
        Side.makePorts(cluster.sandbox(), pods);
    }

    @Override
    public void add(List<Dummy> pods) throws IOException {
        List<CniCaller.Call> calls = new ArrayList<>();
        for (Dummy pod : pods) {
            calls.add(call("ADD", pod, ""));
        }
        List<String> answers = CniCaller.call(calls);
        for (int i = 0; i < answers.size(); i++) {
            took(pods.get(i), answers.get(i));
        }
    }

    private void took(Dummy pod, String answer) {
        Matcher matcher = ADDRESS.matcher(answer);
        if (!matcher.find() || !answer.contains(pod.port())) {
            throw new IllegalStateException("this is not the port " + pod.port() + " with an address: " + answer);
        }
        addresses.put(pod, matcher.group(1));
    }

    /** As a runtime does it: an address belongs to an attachment for life. */
    @Override
    public void change(Dummy pod, int offset) throws IOException {
        Set<String> held = new HashSet<>(addresses.values());
        int free = offset;
        while (held.contains(Dummy.address(pod.node(), free))) {
            free--;
        }
        CniCaller.call(List.of(call("DEL", pod, "")));
        String wanted = ",\\\"runtimeConfig\\\":{\\\"ips\\\":[\\\"" + Dummy.address(pod.node(), free) + "\\\"]}";
        took(pod, CniCaller.call(List.of(call("ADD", pod, wanted))).get(0));
    }

    @Override
    public void remove(Dummy pod) throws IOException {
        CniCaller.call(List.of(call("DEL", pod, "")));
        addresses.remove(pod);
        ask("/karst/v1/sync?driver=openflow");
    }

    @Override
    public void clear() throws IOException {
        List<CniCaller.Call> calls = new ArrayList<>();
        for (Dummy pod : addresses.keySet()) {
            calls.add(call("DEL", pod, ""));
        }
        CniCaller.call(calls);
        addresses.clear();
        settle();
    }

    /**
     * @param more more of the network configuration, quoted as inside a JSON string
     */
    private CniCaller.Call call(String verb, Dummy pod, String more) {
        SandboxNode node = cluster.sandbox().nodes().get(pod.node() - 1);
        return new CniCaller.Call(
                node.cniSocket(),
                "{\"command\":\"" + verb + "\",\"containerId\":\"" + pod.name() + "\",\"ifname\":\"" + Dummy.INTERFACE
                        + "\",\"netns\":\"/run/netns/" + pod.name()
                        + "\",\"args\":\"IgnoreUnknown=1;K8S_POD_NAMESPACE=bench;K8S_POD_NAME=" + pod.name()
                        + "\",\"path\":\"/opt/cni/bin\",\"config\":\"{\\\"cniVersion\\\":\\\"1.1.0\\\","
                        + "\\\"name\\\":\\\"karst\\\",\\\"type\\\":\\\"karst-cni\\\",\\\"device\\\":\\\"dummy\\\""
                        + more
                        + "}\"}");
    }

    /** Gives a node another address, by its object in the API; returns when all switches have acknowledged that. */
    void moveNode(String name, String address) throws IOException {
        Node node = cluster.client().nodes().withName(name).get();
        Node changed = cluster.client()
                .nodes()
                .resource(new NodeBuilder(node)
                        .editStatus()
                        .editMatchingAddress(each -> each.getType().equals("InternalIP"))
                        .withAddress(address)
                        .endAddress()
                        .endStatus()
                        .build())
                .updateStatus();
        ask("/karst/v1/sync?driver=openflow&kind=nodes.v1&resourceVersion="
                + changed.getMetadata().getResourceVersion());
    }

    @Override
    public void settle() {
        ask("/karst/v1/sync");
    }

    Metrics metrics() {
        return Metrics.parse(ask("/metrics"));
    }

    private String ask(String path) {
        return cluster.client().raw(path);
    }

    @Override
    public Sandbox sandbox() {
        return cluster.sandbox();
    }

    @Override
    public List<Long> processes() {
        return List.of(cluster.serverPid());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        cluster.close();
    }
}
