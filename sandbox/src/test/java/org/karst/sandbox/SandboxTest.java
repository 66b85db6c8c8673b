package org.karst.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.host.Link;
import org.karst.host.NetworkNamespace;
import org.karst.host.RouteSocket;
import org.karst.sandbox.internal.Processes;

/** Nodes on a real switch each: packets between them, and an end that leaves nothing. */
@Tag("root")
class SandboxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String name = "karst-t-" + ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    private Path state;

    @BeforeEach
    void needsRootAndOpenVSwitch() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        state = directory.resolve("state");
        assumeTrue(Files.isReadable(Path.of("/usr/share/openvswitch/vswitch.ovsschema")), "needs Open vSwitch");
    }

    @Test
    void everyPlaceReachesEveryOtherAndNothingIsLeft() throws Exception {
        List<String> before = linksOfThisMachine();
        try (Sandbox sandbox = Sandbox.start(SandboxSettings.of(name, state));
                TrafficServers servers = TrafficServers.start()) {
            List<Place> places = new ArrayList<>();
            sandbox.nodes().forEach(node -> places.add(node.place()));
            places.add(sandbox.settings().outside());
            for (Place place : places) {
                servers.open(
                        place.name(),
                        place.name(),
                        sandbox.namespace(place.name()),
                        addresses(place),
                        ServerPorts.echoAnd(8080));
            }
            List<ProbeResult> results = new ArrayList<>();
            for (Place from : places) {
                Prober prober = new Prober(from, PATIENCE);
                for (Place to : places) {
                    for (InetAddress address : addresses(to)) {
                        results.add(prober.icmp(address, 56));
                        results.add(prober.icmp(address, 1300));
                        results.add(prober.udp(address, 1300));
                        results.add(prober.tcp(address, 60_000));
                    }
                }
            }
            assertThat(results).hasSize(4 * 4 * 2 * 4).allMatch(ProbeResult::passed);
            aStreamLosesNothing(places);
            errorsAreSeen(places);
            theWebServerTellsItsName(sandbox, places);
            everySwitchIsWhatANodeNeeds(sandbox);
        }
        nothingIsLeft();
        assertThat(linksOfThisMachine()).isEqualTo(before);
    }

    private static void aStreamLosesNothing(List<Place> places) throws Exception {
        Prober prober = new Prober(places.get(0), PATIENCE);
        for (InetAddress address : addresses(places.get(1))) {
            assertThat(prober.udp(address, 200, 1_000, Duration.ofMillis(1)).lost())
                    .isZero();
            assertThat(prober.icmp(address, 200, 1_000, Duration.ofMillis(1)).lost())
                    .isZero();
        }
    }

    private static void errorsAreSeen(List<Place> places) throws Exception {
        Prober prober = new Prober(places.get(0), Duration.ofMillis(300));
        ProbeResult nobody = prober.icmp(InetAddress.getByName("172.18.1.99"), 56, 3, Duration.ofMillis(1));
        assertThat(nobody.passed()).isFalse();
        assertThat(nobody.lost()).isEqualTo(3);
        assertThat(prober.tcp(InetAddress.getByName("172.18.1.99"), 10).problem())
                .isNotEmpty();
        assertThat(prober.udp(InetAddress.getByName("172.18.1.99"), 10).passed())
                .isFalse();
        Optional<IcmpAnswer> reply = new Prober(places.get(0), PATIENCE)
                .ask(InetAddress.getByName(places.get(1).ipv6().orElseThrow()), 56, 64, false);
        assertThat(reply.orElseThrow().kind()).isEqualTo(IcmpAnswer.Kind.REPLY);
    }

    private static void theWebServerTellsItsName(Sandbox sandbox, List<Place> places) throws Exception {
        HttpResponse<String> answer = sandbox.namespace("outside")
                .<HttpResponse<String>, InterruptedException>call(inside -> {
                    // The client's own thread connects, so it has to be made in here too.
                    HttpClient client =
                            HttpClient.newBuilder().executor(Runnable::run).build();
                    return client.send(
                            HttpRequest.newBuilder(URI.create(
                                            "http://" + places.get(0).ipv4().orElseThrow() + ":8080/"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                });
        assertThat(answer.body()).isEqualTo("node-1\n");
    }

    private static void everySwitchIsWhatANodeNeeds(Sandbox sandbox) throws Exception {
        for (SandboxNode node : sandbox.nodes()) {
            OpenVSwitch openVSwitch = sandbox.openVSwitch(node);
            assertThat(openVSwitch.vsctl("get", "bridge", "br-ex", "datapath_type", "fail_mode"))
                    .isEqualTo("netdev\nstandalone\n");
            assertThat(openVSwitch.vsctl("get", "open", ".", "external_ids:system-id"))
                    .contains(node.name());
            assertThat(openVSwitch.ofctl("dump-flows", "br-ex")).contains("NORMAL");
            ProbeResult toController =
                    new Prober(node.place(), PATIENCE).icmp(InetAddress.getByName(SandboxNode.CONTROLLER_ADDRESS), 56);
            assertThat(toController.passed()).isTrue();
        }
        ProbeResult betweenNodesByManagement = new Prober(sandbox.nodes().get(0).place(), Duration.ofMillis(200))
                .icmp(InetAddress.getByName(sandbox.nodes().get(1).managementAddress()), 56);
        assertThat(betweenNodesByManagement.passed()).isFalse();
    }

    @Test
    void aSecondSandboxInOneDirectoryIsRefused() throws Exception {
        try (Sandbox sandbox = Sandbox.start(SandboxSettings.of(name, state).withNodes(0))) {
            assertThat(sandbox.nodes()).isEmpty();
            assertThatThrownBy(() -> Sandbox.start(SandboxSettings.of(name, state)))
                    .isInstanceOf(SandboxException.class)
                    .hasMessage("a sandbox is in " + state + " already; end it first");
        }
        nothingIsLeft();
    }

    @Test
    void oneFamilyAlone() throws Exception {
        for (Families families : List.of(Families.IPV4, Families.IPV6)) {
            SandboxSettings settings =
                    SandboxSettings.of(name, state).withNodes(2).withFamilies(families);
            try (Sandbox sandbox = Sandbox.start(settings)) {
                List<SandboxNode> nodes = sandbox.nodes();
                List<InetAddress> addresses = addresses(nodes.get(1).place());
                assertThat(addresses).hasSize(1);
                assertThat(new Prober(nodes.get(0).place(), PATIENCE)
                                .icmp(addresses.get(0), 56)
                                .passed())
                        .isTrue();
            }
            nothingIsLeft();
        }
    }

    /** The program is killed at a random moment while it builds; then the end has to find whatever it made by then. */
    @Test
    void theEndLeavesNothingAfterAKillAtAnyStep() throws Exception {
        for (int delay = 300; delay <= 1_500; delay += 150) {
            Process builder = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Builder.class.getName(),
                            name,
                            state.toString())
                    .inheritIO()
                    .start();
            Thread.sleep(delay);
            builder.destroyForcibly().waitFor();
            awaitTools();
            Sandbox.end(state);
            nothingIsLeft();
        }
    }

    /** Builds a sandbox in a process of its own, to be killed. */
    static final class Builder {
        private Builder() {}

        public static void main(String[] arguments) throws Exception {
            Sandbox.start(SandboxSettings.of(arguments[0], Path.of(arguments[1])));
            Thread.sleep(60_000);
        }
    }

    private void nothingIsLeft() throws Exception {
        assertThat(state).doesNotExist();
        SortedSet<String> names = NetworkNamespace.names();
        assertThat(names).noneMatch(other -> other.startsWith(name));
        assertThat(ownCommands()).isEmpty();
    }

    /** What runs and names this sandbox or its directory. */
    private List<String> ownCommands() {
        return ProcessHandle.allProcesses()
                .map(process -> String.join(" ", Processes.commandLine(process.pid())))
                .filter(command -> command.contains(state.toString()) || command.contains(name))
                .toList();
    }

    /** A tool that was under way when its caller was killed goes on for a moment and ends by itself; daemons do not. */
    private void awaitTools() throws InterruptedException {
        List<String> daemons = List.of("ovsdb-server ", "ovs-vswitchd ");
        for (int i = 0; i < 6_000; i++) {
            if (ownCommands().stream().allMatch(command -> daemons.stream().anyMatch(command::startsWith))) {
                return;
            }
            Thread.sleep(10);
        }
    }

    private static List<String> linksOfThisMachine() throws Exception {
        try (RouteSocket routes = RouteSocket.open()) {
            return routes.links().stream().map(Link::name).toList();
        }
    }

    private static List<InetAddress> addresses(Place place) throws Exception {
        List<InetAddress> addresses = new ArrayList<>();
        for (Optional<String> address : List.of(place.ipv4(), place.ipv6())) {
            if (address.isPresent()) {
                addresses.add(InetAddress.getByName(address.get()));
            }
        }
        return addresses;
    }
}
