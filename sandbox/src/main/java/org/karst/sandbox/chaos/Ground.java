package org.karst.sandbox.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.Place;
import org.karst.sandbox.Prober;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.chaos.StreamReport.Window;

/**
 * Where a disturbance happens: a cluster, its workload and one node of it; and what is noted about it.
 */
public final class Ground {
    /** In which everything has to be as it was. */
    private static final Duration HEALING = Duration.ofSeconds(30);

    /** A switch that answers the first packet again still has others to find their way. */
    private static final Duration SETTLING = Duration.ofMillis(500);

    /** What was sent so shortly before something died was still on its way, where ends of streams wait for a processor like everybody. */
    private static final Duration ON_THE_WAY = Duration.ofMillis(50);

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration ANSWER = Duration.ofMillis(200);

    private final SandboxCluster cluster;
    private final Workload workload;
    private final SandboxNode node;
    private final Consumer<String> notes;
    private final SplittableRandom random;
    private final List<Window> windows = new ArrayList<>();
    private boolean linksMove;

    /**
     * A ground.
     *
     * @param notes told what was measured, a sentence each
     * @param random decides what a disturbance leaves open
     */
    public Ground(
            SandboxCluster cluster,
            Workload workload,
            SandboxNode node,
            Consumer<String> notes,
            SplittableRandom random) {
        this.cluster = cluster;
        this.workload = workload;
        this.node = node;
        this.notes = notes;
        this.random = random;
    }

    /** Something that is done to the cluster. */
    @FunctionalInterface
    interface Deed {
        void run() throws IOException, InterruptedException;
    }

    /** Links of nodes will come or go: what that costs tunnels is the switch's own. */
    void expectLinksToMove() {
        linksMove = true;
    }

    boolean linksMove() {
        return linksMove;
    }

    SandboxCluster cluster() {
        return cluster;
    }

    Workload workload() {
        return workload;
    }

    Sandbox sandbox() {
        return cluster.sandbox();
    }

    SandboxNode node() {
        return node;
    }

    OpenVSwitch openVSwitch() {
        return sandbox().openVSwitch(node);
    }

    SplittableRandom random() {
        return random;
    }

    void note(String sentence) {
        notes.accept(sentence);
    }

    /** What is done here costs packets, because a switch or a link is dead meanwhile. */
    void dead(Deed deed) throws IOException, InterruptedException {
        long from = System.nanoTime() - ON_THE_WAY.toNanos();
        try {
            deed.run();
        } finally {
            windows.add(new Window(from, System.nanoTime() + SETTLING.toNanos()));
        }
    }

    /** When packets may be lost because of what was done here. */
    public List<Window> windows() {
        return List.copyOf(windows);
    }

    /** The pod of the node that serves; each of the first two nodes has one. */
    private String server() {
        return node.equals(sandbox().nodes().get(0)) ? "beside" : "far";
    }

    /** The port of that pod in the integration bridge. */
    String portOfServer() throws IOException, InterruptedException {
        return ports("external_ids:karst-namespace=" + Workload.NAMESPACE, "external_ids:karst-pod=" + server())
                .get(0);
    }

    /** The ports of all pods of the node. */
    List<String> portsOfPods() throws IOException, InterruptedException {
        return ports("external_ids:karst-pod!=\"\"");
    }

    private List<String> ports(String... conditions) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("--bare", "--columns=name", "find", "Interface"));
        words.addAll(List.of(conditions));
        return openVSwitch()
                .vsctl(words.toArray(String[]::new))
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** The address of that pod. */
    String ipv4OfServer() {
        return workload.place(server()).ipv4().orElseThrow();
    }

    /** Waits until all pods run. */
    void awaitPods() throws IOException, InterruptedException {
        cluster.awaitPods(HEALING);
    }

    /** Waits until a new connection to the pod with the server works, in each family. */
    public void awaitAnswers() throws IOException, InterruptedException {
        Place server = workload.place(server());
        Prober prober = new Prober(workload.place("near"), ANSWER);
        for (String address : List.of(server.ipv4().orElseThrow(), server.ipv6().orElseThrow())) {
            await(server() + " to answer at " + address, () -> prober.udp(InetAddress.getByName(address), 64)
                    .passed());
        }
    }

    /** Waits until the switches hold what they held, and the server is ready. */
    void awaitEqual(FlowDump before) throws IOException, InterruptedException {
        await("the flows, meters and ports of before", () -> before.differencesFrom(FlowDump.of(sandbox()))
                .isEmpty());
        await("the server to be ready", () -> {
            String lacking = cluster.readiness();
            if (!lacking.isEmpty()) {
                throw new SandboxException(lacking);
            }
            return true;
        });
    }

    /** Waits for a condition; what it throws counts as not yet. */
    void await(String what, Callable<Boolean> condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + HEALING.toNanos();
        String last = "";
        while (System.nanoTime() - end < 0) {
            try {
                if (condition.call()) {
                    return;
                }
                last = "";
            } catch (InterruptedException interruption) {
                throw interruption;
            } catch (Exception notYet) {
                last = ": " + notYet.getMessage();
            }
            Thread.sleep(LOOK.toMillis());
        }
        throw new SandboxException("waited " + HEALING.toSeconds() + " s for " + what + last);
    }
}
