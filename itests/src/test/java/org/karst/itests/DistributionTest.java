package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One server, started without any network, from its first boot over features in and out to its end. */
@Tag("root")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DistributionTest {

    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("---rwxrwx");
    private static final Set<String> BASE = Set.of("karst", "karst-container", "karst-libraries", "framework");

    private static Server server;

    @BeforeAll
    static void start() {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "a network namespace of its own needs root: sudo ./karst test");
        server = Server.unpack();
        server.start(Map.of());
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    @Order(1)
    void firstBootWithoutANetworkInstallsTheFeaturesOfItsFile() throws IOException {
        assertThat(wantedFeatures())
                .containsExactly("allocation", "connectivity", "ipv6", "network-policy", "admin-policy", "audit-log");
        awaitInstalled(
                "karst-allocation",
                "karst-connectivity",
                "karst-ipv6",
                "karst-network-policy",
                "karst-admin-policy",
                "karst-audit-log");
        assertThat(bundles())
                .extracting(Bundle::name)
                .contains(
                        "Karst :: incremental",
                        "Karst :: pipeline",
                        "Karst :: controller",
                        "Karst :: openflow",
                        "Karst :: shell");
    }

    @Test
    @Order(2)
    void listensOnlyWhereItsConfigurationSaysAndNeverBeyondThisMachine() throws IOException {
        await("the kubeconfig", () -> Files.exists(server.data().resolve("kubeconfig")));
        await("two listeners", () -> listeners("tcp6").size() >= 2);
        assertThat(listeners("tcp")).isEmpty();
        assertThat(listeners("tcp6"))
                .as("the API server and OpenFlow, on loopback")
                .containsExactlyInAnyOrder("::ffff:127.0.0.1 6443", "::ffff:127.0.0.1 6653");
        assertThat(listeners("udp")).isEmpty();
        assertThat(listeners("udp6")).isEmpty();
        assertThat(unixListeners())
                .containsExactly(server.data().resolve("shell.sock").toString());
    }

    private static void await(String what, Callable<Boolean> condition) {
        try {
            SharedCluster.await(what, condition);
        } catch (AssertionError late) {
            throw new AssertionError(late.getMessage() + "\n" + server.console(), late);
        }
    }

    @Test
    @Order(3)
    void whatItWritesIsForItsUserAlone() throws IOException {
        try (Stream<Path> files = Files.walk(server.data())) {
            assertThat(files.filter(file -> !Files.isSymbolicLink(file)))
                    .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))
                            .as(file.toString())
                            .doesNotContainAnyElementsOf(OTHERS));
        }
    }

    @Test
    @Order(4)
    void shellTellsAFailureByItsStatusAndInOneSentence() {
        Commands.Result result = server.shell("no:such-command");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output()).isEqualTo("Command not found: no:such-command\n");
    }

    @Test
    @Order(5)
    void secondServerOnTheSameDataSaysSoAndLeavesTheFirstAlone() {
        Commands.Result second = Commands.run(
                Duration.ofMinutes(1),
                Map.of(),
                List.of(server.home().resolve("bin/karst-server").toString()));
        assertThat(second.status()).isEqualTo(78);
        assertThat(second.output())
                .contains("a server runs already on " + server.data())
                .contains("process " + server.process().pid());
        assertThat(server.shell("shell:echo still here").output()).isEqualTo("still here\n");
    }

    @Test
    @Order(6)
    void featureComesAndGoesWithoutRefreshingAnyOtherBundle() throws IOException {
        for (String feature : new String[] {
            "karst-audit-log",
            "karst-admin-policy",
            "karst-network-policy",
            "karst-ipv6",
            "karst-connectivity",
            "karst-allocation"
        }) {
            assertThat(withConsole("feature:uninstall " + feature).status()).isZero();
        }
        assertThat(wantedFeatures()).isEmpty();
        Map<String, Bundle> before = byName();
        for (String feature : productFeatures()) {
            Commands.Result plan = withConsole("feature:install -t -v " + feature);
            assertThat(plan.status()).as(plan.output()).isZero();
            assertThat(plan.output()).contains("Bundles to install").doesNotContain("Bundles to refresh");

            Commands.Result installed = withConsole("feature:install -v " + feature);
            assertThat(installed.status()).as(installed.output()).isZero();
            assertThat(installed.output()).doesNotContain("Refreshing bundles").doesNotContain("Stopping bundles");
            assertThat(byName()).containsAllEntriesOf(before);
            assertThat(bundles()).hasSizeGreaterThan(before.size());
            assertThat(wantedFeatures()).contains(feature.substring("karst-".length()));

            Commands.Result removed = withConsole("feature:uninstall -v " + feature);
            assertThat(removed.status()).as(removed.output()).isZero();
            assertThat(removed.output()).doesNotContain("Refreshing bundles");
            assertThat(byName()).isEqualTo(before);
            assertThat(wantedFeatures()).isEmpty();
        }
    }

    @Test
    @Order(7)
    void endsOnSigtermAndComesBackWithTheFeaturesOfItsFile() throws IOException {
        Map<String, Bundle> before = byName();
        assertThat(server.stop(Duration.ofMinutes(2))).as(server.console()).isTrue();
        assertThat(server.data().resolve("shell.sock")).doesNotExist();
        assertThat(server.console()).as("a stack trace of ours").doesNotContain("at org.karst.");

        Files.writeString(featuresFile(), "# two\nconnectivity\n\nno-such-feature # a mistake\n");
        // a JAVA_HOME that is no Java 17 is passed over
        server.start(Map.of("JAVA_HOME", "/usr"));
        awaitInstalled("karst-connectivity");
        assertThat(byName()).containsAllEntriesOf(before).hasSizeGreaterThan(before.size());
        await("a word about the mistake", () -> server.console()
                .contains("asks for the feature 'no-such-feature', but there is no karst-no-such-feature"));
        assertThat(server.console()).doesNotContain("at org.karst.");
    }

    private static Path featuresFile() {
        return server.home().resolve("etc/karst.features");
    }

    private static List<String> wantedFeatures() throws IOException {
        return Files.readAllLines(featuresFile()).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    private static void awaitInstalled(String... features) {
        await("the features " + List.of(features), () -> server.table("feature:list -i").stream()
                .map(cells -> cells.get(0))
                .toList()
                .containsAll(List.of(features)));
    }

    /**
     * Karaf changes features on one thread, whose output belongs to whoever used it first: at a first boot the console. So the
     * answer of such a command is what the client got and what the console got meanwhile.
     */
    private static Commands.Result withConsole(String command) {
        int before = server.console().length();
        Commands.Result result = server.shell(command);
        return new Commands.Result(
                result.status(), result.output() + server.console().substring(before));
    }

    private record Bundle(int id, String state, String name) {
        /**
         * Karaf's fragment of the framework is resolved and cannot be active. A component of openflowjava waits for a service that
         * only an OpenDaylight controller has: its bundle is used as a library.
         */
        boolean isWell() {
            if (name.equals("Apache Karaf :: Features :: Extension")) {
                return state.equals("Resolved");
            }
            return state.equals(name.contains("openflow-protocol-impl") ? "Waiting" : "Active");
        }
    }

    /** Karaf calls a feature installed before the last of its components is there. */
    private static List<Bundle> bundles() {
        List<Bundle> bundles = new ArrayList<>();
        try {
            await("all bundles to be well", () -> {
                bundles.clear();
                bundles.addAll(listed());
                return bundles.stream().allMatch(Bundle::isWell);
            });
        } catch (AssertionError late) {
            assertThat(bundles).as(late.getMessage()).allMatch(Bundle::isWell);
        }
        return bundles;
    }

    private static List<Bundle> listed() {
        return server.table("bundle:list -t 0").stream()
                .map(cells -> new Bundle(Integer.parseInt(cells.get(0)), cells.get(1), cells.get(4)))
                .toList();
    }

    private static Map<String, Bundle> byName() {
        Map<String, Bundle> byName = new TreeMap<>();
        bundles().forEach(bundle -> byName.put(bundle.name(), bundle));
        return byName;
    }

    private static Set<String> productFeatures() {
        Set<String> features = new TreeSet<>();
        for (List<String> cells : server.table("feature:list")) {
            if (cells.get(0).startsWith("karst") && !BASE.contains(cells.get(0))) {
                features.add(cells.get(0));
            }
        }
        assertThat(features)
                .contains(
                        "karst-allocation",
                        "karst-connectivity",
                        "karst-ipv6",
                        "karst-network-policy",
                        "karst-admin-policy",
                        "karst-audit-log");
        return features;
    }

    /** Sockets of the server's network namespace that wait for others: state 0A is LISTEN, 07 an unconnected UDP socket. */
    private static List<String> listeners(String protocol) throws IOException {
        String waiting = protocol.startsWith("tcp") ? "0A" : "07";
        return Files.readAllLines(proc("net/" + protocol)).stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+", -1))
                .filter(words -> words[3].equals(waiting))
                .map(words -> words[1].replaceAll("^0{16}FFFF00000100007F:", "::ffff:127.0.0.1 "))
                .map(address -> address.contains(" ")
                        ? address.substring(0, address.indexOf(' ') + 1)
                                + Integer.parseInt(address.substring(address.indexOf(' ') + 1), 16)
                        : address)
                .toList();
    }

    /** Paths of listening Unix sockets: flag 10000 of proc(5). */
    private static List<String> unixListeners() throws IOException {
        List<String> paths = new ArrayList<>();
        for (String line : Files.readAllLines(proc("net/unix"))) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length > 3 && words[3].equals("00010000")) {
                paths.add(words.length > 7 ? words[7] : "(without a name)");
            }
        }
        return paths;
    }

    private static Path proc(String file) {
        return Path.of("/proc", Long.toString(server.process().pid()), file);
    }
}
