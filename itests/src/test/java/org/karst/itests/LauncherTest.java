package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code ./karst} says before any sandbox runs. */
class LauncherTest {

    private static final Path REPOSITORY = Path.of(System.getProperty("karst.repository"));

    // not @TempDir: it warns of each link that it removes
    private final Path folder = Commands.temporaryFolder();

    @AfterEach
    void removeFolder() {
        Commands.remove(folder);
    }

    @Test
    void helpFitsAScreen() {
        Commands.Result help = karst(Map.of(), "help");
        assertThat(help.status()).isZero();
        assertThat(help.output().lines()).hasSizeLessThanOrEqualTo(24).allSatisfy(line -> assertThat(line)
                .hasSizeLessThanOrEqualTo(80));
        assertThat(karst(Map.of(), new String[0]).output()).isEqualTo(help.output());
    }

    @Test
    void helpAndCompletionKnowTheSameCommands() {
        List<String> fromHelp = karst(Map.of(), "help")
                .output()
                .lines()
                .filter(line -> line.contains("./karst "))
                .map(line -> line.replaceAll(".*?\\./karst ([a-z-]+).*", "$1"))
                .filter(line -> line.matches("[a-z-]+"))
                .distinct()
                .sorted()
                .toList();
        Commands.Result completed =
                bash("source <(" + launcher() + " completion bash); COMP_WORDS=(karst ''); COMP_CWORD=1;"
                        + " _karst; printf '%s\\n' \"${COMPREPLY[@]}\" | sort");
        assertThat(completed.output().lines()).containsExactlyElementsOf(fromHelp);
    }

    @Test
    void completesOptionsOfACommand() {
        Commands.Result completed = bash("source <(" + launcher() + " completion bash); COMP_WORDS=(karst up --n);"
                + " COMP_CWORD=2; _karst; echo \"${COMPREPLY[@]}\"");
        assertThat(completed.output()).isEqualTo("--nodes\n");
    }

    @Test
    void wrongWordsAreAnsweredByWhatToDo() {
        assertThat(karst(Map.of(), "dmeo"))
                .isEqualTo(new Commands.Result(1, "karst: there is no command 'dmeo'. './karst help' lists them.\n"));
        assertThat(karst(Map.of("KARST_STATE", folder.toString()), "logs").output())
                .startsWith("karst: there is no log at " + folder)
                .contains("sudo ./karst up");
        assertThat(karst(Map.of("KARST_STATE", folder.toString()), "kubectl", "get", "pods")
                        .output())
                .contains("sudo ./karst up");
    }

    @Test
    @Tag("root")
    void wrongWordsAreRefusedBeforeAnythingIsInstalledOrBuilt() throws IOException {
        assumeRoot();
        Path programs = programsWithout("mvn");
        Map<String, String> answers = new LinkedHashMap<>();
        answers.put(
                "up --fast", "there is no option --fast; there are --nodes N, --ipv4, --ipv6, --dual, --json, --yes");
        answers.put("up --nodes", "--nodes takes a number from 1 to 200, not ''");
        answers.put("up --nodes 201 --ipv4", "--nodes takes a number from 1 to 200, not '201'");
        answers.put("demo now", "what is 'now'? This command takes options only");
        answers.put("build all", "what is 'all'? 'karst build' takes nothing more");
        answers.put("logs --follow", "what is '--follow'? 'karst logs' takes -f, to follow the log, or nothing");
        answers.put(
                "bench pigs",
                "there is no benchmark 'pigs': there are boot, cni, engine, openflow, policy, policy-scale, spine,"
                        + " survival");
        answers.forEach((words, answer) -> assertThat(bash(launcherWithPath(programs, words)))
                .as(words)
                .isEqualTo(new Commands.Result(1, "karst: " + answer + "\n")));
        assertThat(bash("export KARST_PORT=http; " + launcherWithPath(programs, "up"))
                        .output())
                .isEqualTo("karst: KARST_PORT has to be a port number, not 'http'\n");
        assertThat(bash("export CI=; " + launcherWithPath(programs, "up --nodes 2 --ipv4 --json"))
                        .output())
                .startsWith("karst: missing: maven. Install them with: apt-get install");
    }

    @Test
    @Tag("root")
    void aTakenPortIsToldWithItsOwner() throws IOException {
        assumeRoot();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Commands.Result refused = karst(
                    Map.of(
                            "KARST_PORT",
                            Integer.toString(taken.getLocalPort()),
                            "KARST_STATE",
                            folder.resolve("state").toString()),
                    "up");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.output())
                    .contains("this machine is not ready")
                    .contains("port " + taken.getLocalPort() + " of 127.0.0.1 is taken: end the process")
                    .contains("or set KARST_PORT");
        }
    }

    @Test
    @Tag("root")
    void whoIsNotRootIsToldSo() throws IOException {
        assumeRoot();
        String nobody = "cd /; setpriv --reuid=65534 --regid=65534 --clear-groups ";
        assumeTrue(
                bash(nobody + "test -r " + launcher()).status() == 0,
                "others may not read the folder of this repository");
        for (String command :
                List.of("up", "down", "status", "demo", "test", "bench boot", "exec a/b -- true", "shell")) {
            Commands.Result refused = bash(nobody + launcher() + " " + command);
            assertThat(refused.status()).as(command).isEqualTo(1);
            assertThat(refused.output())
                    .as(command)
                    .contains("works on network namespaces, so it needs root: sudo ./karst "
                            + command.replaceAll(" .*", ""));
        }
    }

    @Test
    @Tag("root")
    void withoutATerminalMissingPackagesAreNamedAndNothingIsInstalled() throws IOException {
        assumeRoot();
        Path programs = programsWithout("ethtool", "ovs-vswitchd");
        Commands.Result result = bash("export CI=; " + launcherWithPath(programs, "test"));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output())
                .isEqualTo("karst: missing: ethtool openvswitch-switch. Install them with: apt-get install"
                        + " --no-install-recommends ethtool openvswitch-switch (or run this again with --yes)\n");
    }

    @Test
    @Tag("root")
    void installationKeepsServicesFromStartingAndLeavesThePolicyAsItWas() throws IOException {
        assumeRoot();
        assumeTrue(
                Files.notExists(Path.of("/usr/sbin/policy-rc.d")), "this machine has a policy of its own for services");
        Path programs = programsWithout("ethtool", "apt-get");
        Path calls = folder.resolve("calls");
        // In place of apt-get: it writes down how it was called and what a service's start would be told meanwhile.
        Path apt = programs.resolve("apt-get");
        Files.writeString(
                apt, "#!/bin/sh\n/usr/sbin/policy-rc.d openvswitch-switch start; echo \"$? $*\" >> " + calls + "\n");
        assertThat(apt.toFile().setExecutable(true)).isTrue();

        Commands.Result result = bash(launcherWithPath(programs, "test --yes"));

        assertThat(Files.readString(calls))
                .isEqualTo("101 update -q\n101 install -y -q --no-install-recommends ethtool\n");
        assertThat(Path.of("/usr/sbin/policy-rc.d")).doesNotExist();
        assertThat(result.output()).endsWith("karst: still missing after the installation: ethtool\n");
    }

    @Test
    void findsAJdk17WhateverJavaHomeSays() {
        Commands.Result found = bash("source " + REPOSITORY + "/launcher/preflight.sh; JAVA_HOME=/usr find_jdk_17");
        assertThat(found.status()).isZero();
        assertThat(Path.of(found.output().strip()).resolve("release")).content().contains("JAVA_VERSION=\"17");
    }

    private static void assumeRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: sudo ./karst test");
    }

    /** A folder with links to all programs of this machine but the given ones. */
    private Path programsWithout(String... missing) throws IOException {
        Path programs = Files.createDirectory(folder.resolve("programs"));
        for (String directory : new String[] {"/usr/bin", "/usr/sbin"}) {
            try (Stream<Path> files = Files.list(Path.of(directory))) {
                for (Path file : files.toList()) {
                    Path link = programs.resolve(file.getFileName());
                    if (!List.of(missing).contains(file.getFileName().toString()) && Files.notExists(link)) {
                        Files.createSymbolicLink(link, file);
                    }
                }
            }
        }
        return programs;
    }

    /** The launcher adds the usual folders to the path; here they are out of sight. */
    private static String launcherWithPath(Path programs, String words) {
        return "PATH=" + programs + " KARST_PATH=" + programs + " " + launcher() + " " + words;
    }

    private static String launcher() {
        return REPOSITORY.resolve("karst").toString();
    }

    private static Commands.Result karst(Map<String, String> environment, String... words) {
        List<String> command = new ArrayList<>(List.of(launcher()));
        command.addAll(List.of(words));
        return Commands.run(Duration.ofSeconds(30), environment, command);
    }

    private static Commands.Result bash(String script) {
        return Commands.run(Duration.ofSeconds(60), Map.of(), List.of("bash", "-c", script));
    }
}
