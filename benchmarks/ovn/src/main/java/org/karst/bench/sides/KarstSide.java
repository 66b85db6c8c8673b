package org.karst.bench.sides;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.sandbox.Place;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;

/** The Karst server with its nodes. Pods come and go by CNI, as kubelets bring and take them. */
public final class KarstSide implements Side {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern API_PORT = Pattern.compile("https://127\\.0\\.0\\.1:([0-9]+)");
    private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([0-9.]+)/");

    private final SandboxCluster cluster;
    private final Objects objects;
    private final Map<Dummy, String> addresses = new HashMap<>();
    /** Between the server and the API, if there is one. */
    private Optional<Valve> valve = Optional.empty();
    /** The version of what the server has not heard yet. */
    private OptionalLong announced = OptionalLong.empty();

    private KarstSide(SandboxCluster cluster) {
        this.cluster = cluster;
        this.objects = new Objects(cluster.client());
    }

    /** Starts nodes and the server. */
    public static KarstSide start(SandboxSettings settings, ServerSettings server, Consumer<String> progress)
            throws IOException, InterruptedException {
        return new KarstSide(SandboxCluster.start(settings, server, progress));
    }

    /** The objects name no node: the sandbox's node agent leaves them alone, and CNI says where the pods are. */
    @Override
    public void prepare(List<Dummy> pods) throws IOException, InterruptedException {
        Side.makePorts(cluster.sandbox(), pods);
        SortedSet<String> namespaces = new TreeSet<>();
        pods.forEach(pod -> namespaces.add(pod.namespace()));
        objects.post(namespaces.stream().map(Objects::namespace).toList());
        objects.post(pods.stream().map(Objects::pod).toList());
        settle();
    }

    /** From now on the server hears of the API by a way that can be shut. */
    public void putValve() throws IOException, InterruptedException {
        Sandbox sandbox = cluster.sandbox();
        Path kubeconfig = sandbox.settings().state().resolve("kubeconfig");
        String direct = Files.readString(kubeconfig);
        Matcher port = API_PORT.matcher(direct);
        if (!port.find()) {
            throw new IllegalStateException("there is no API in " + kubeconfig);
        }
        Valve made = Valve.start(sandbox.namespace("controller"), Integer.parseInt(port.group(1)));
        valve = Optional.of(made);
        Path through = kubeconfig.resolveSibling("kubeconfig-valve");
        Files.createFile(through, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(through, port.replaceFirst("https://127.0.0.1:" + made.port()));
        cluster.restartServer(
                false,
                server -> Files.writeString(
                        server.resolve("etc/org.karst.kubernetes.cfg"), "kubeconfig = " + through + "\n"));
    }

    /** Writes policies into the API; the server hears of them when pods are added next. */
    public void announce(List<Policy> policies) throws IOException, InterruptedException {
        valve.orElseThrow().shut();
        announced = OptionalLong.of(
                objects.post(policies.stream().map(Objects::policy).toList()));
    }

    /** The sandbox's node agent attaches them, with the real CNI plugin. */
    @Override
    public List<Place> run(List<Dummy> pods, List<Policy> policies) throws IOException, InterruptedException {
        SortedSet<String> namespaces = new TreeSet<>();
        pods.forEach(pod -> namespaces.add(pod.namespace()));
        objects.post(namespaces.stream().map(Objects::namespace).toList());
        objects.post(pods.stream().map(Objects::podOnItsNode).toList());
        cluster.awaitPods(PATIENCE);
        add(List.of(), policies);
        return pods.stream()
                .map(pod -> cluster.place(cluster.client()
                        .pods()
                        .inNamespace(pod.namespace())
                        .withName(pod.name())
                        .get()))
                .toList();
    }

    @Override
    public void add(List<Dummy> pods, List<Policy> policies) throws IOException, InterruptedException {
        Future<Long> written =
                objects.begin(policies.stream().map(Objects::policy).toList());
        if (announced.isPresent()) {
            valve.orElseThrow().open();
        }
        attach(pods);
        if (announced.isPresent()) {
            settle(Objects.POLICIES, announced.getAsLong());
            announced = OptionalLong.empty();
        }
        if (!policies.isEmpty()) {
            settle(Objects.POLICIES, Objects.get(written));
        }
    }

    @Override
    public void add(Policy policy) throws IOException, InterruptedException {
        settle(Objects.POLICIES, objects.post(List.of(Objects.policy(policy))));
    }

    @Override
    public void remove(Policy policy) {
        settle(Objects.POLICIES, objects.delete(policy));
    }

    @Override
    public void label(Dummy pod, String app) {
        settle(Objects.PODS, objects.label(pod, app));
    }

    /** Waits until the switches have all that follows from an object as of a version. */
    private void settle(String kind, long resourceVersion) {
        ask("/karst/v1/sync?driver=openflow&kind=" + kind + "&resourceVersion=" + resourceVersion);
    }

    private void attach(List<Dummy> pods) throws IOException {
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
    public void clear() throws IOException, InterruptedException {
        List<CniCaller.Call> calls = new ArrayList<>();
        for (Dummy pod : addresses.keySet()) {
            calls.add(call("DEL", pod, ""));
        }
        CniCaller.call(calls);
        addresses.clear();
        objects.deletePolicies();
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
                        + "\",\"args\":\"IgnoreUnknown=1;K8S_POD_NAMESPACE=" + pod.namespace() + ";K8S_POD_NAME="
                        + pod.name()
                        + "\",\"path\":\"/opt/cni/bin\",\"config\":\"{\\\"cniVersion\\\":\\\"1.1.0\\\","
                        + "\\\"name\\\":\\\"karst\\\",\\\"type\\\":\\\"karst-cni\\\",\\\"device\\\":\\\"dummy\\\""
                        + more
                        + "}\"}");
    }

    /** Gives a node another address, by its object in the API; returns when all switches have acknowledged that. */
    public void moveNode(String name, String address) throws IOException {
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
        settle("nodes.v1", Long.parseLong(changed.getMetadata().getResourceVersion()));
    }

    @Override
    public void settle() {
        ask("/karst/v1/sync");
    }

    /** The counters of the server. */
    public Metrics metrics() {
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
        objects.close();
        if (valve.isPresent()) {
            valve.get().close();
        }
        cluster.close();
    }
}
