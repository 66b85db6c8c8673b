package org.karst.incremental;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Two virtual machines that are given the same facts in different orders, over different histories, hold identical items.
 * Without this a restart would rewrite every flow. Keys contain enums, whose hash differs from one machine to the next.
 */
class DeterminismTest {
    enum Protocol {
        TCP,
        UDP,
        SCTP
    }

    record Port(Protocol protocol, int number) implements Comparable<Port> {
        @Override
        public int compareTo(Port other) {
            int order = protocol.compareTo(other.protocol);
            return order == 0 ? Integer.compare(number, other.number) : order;
        }
    }

    record Pod(String address, SortedSet<Port> ports, String team) {}

    record Policy(String team, Port port) {}

    record Flow(String identity, String actions) implements Item {}

    private static final Table<String, Pod> PODS = Table.named("pods");
    private static final Table<String, Policy> POLICIES = Table.named("policies");
    private static final Index<String, String, Pod> BY_ADDRESS =
            Index.of("pods by address", PODS, pod -> List.of(pod.address()));
    private static final Index<String, String, Pod> BY_TEAM =
            Index.of("pods by team", PODS, pod -> List.of(pod.team()));
    private static final Index<Port, String, Pod> BY_PORT = Index.of("pods by port", PODS, Pod::ports);
    private static final Index<String, String, Policy> POLICIES_OF =
            Index.of("policies by team", POLICIES, policy -> List.of(policy.team()));
    private static final Numbering<String> CONJUNCTIONS =
            Numbering.of("conjunctions", POLICIES, policy -> "policy " + policy.length());

    private static final List<Rule<?>> RULES = List.of(
            new Rule<>("addresses", Scope.ZONE, Keys.of(BY_ADDRESS), (view, address) -> {
                List<Flow> flows = new ArrayList<>();
                for (String pod : view.find(BY_ADDRESS, address)) {
                    String team = view.get(PODS, pod).orElseThrow().team();
                    for (String policy : view.find(POLICIES_OF, team)) {
                        flows.add(new Flow(address + " " + policy, "conjunction " + CONJUNCTIONS.of(view, policy)));
                    }
                }
                return flows;
            }),
            new Rule<>(
                    "ports",
                    Scope.ZONE,
                    Keys.of(BY_PORT),
                    (view, port) ->
                            List.of(new Flow(port.number() + "", port.protocol() + " " + view.find(BY_PORT, port)))),
            new Rule<>("policies", Scope.ZONE, Keys.of(POLICIES), (view, key) -> {
                Policy policy = view.get(POLICIES, key).orElseThrow();
                if (policy.port().number() == 3) {
                    throw new IllegalArgumentException("policy " + key + " has port 3");
                }
                return List.of(new Flow(policy.port() + "", view.find(BY_TEAM, policy.team()) + ""));
            }));

    /** Facts that are the same for each order of writing. */
    private static List<Runnable> facts(Engine engine) {
        List<Runnable> writes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String name = "pod" + i;
            SortedSet<Port> ports = new TreeSet<>();
            ports.add(new Port(Protocol.values()[i % 3], i % 7));
            ports.add(new Port(Protocol.values()[i % 2], i % 5));
            Pod pod = new Pod("10.0.0." + i % 250, ports, "team" + i % 11);
            writes.add(() -> engine.put(PODS, name, pod));
        }
        for (int i = 0; i < 60; i++) {
            String name = "policy" + i;
            Policy policy = new Policy("team" + i % 11, new Port(Protocol.values()[i % 3], i % 6));
            writes.add(() -> engine.put(POLICIES, name, policy));
        }
        RULES.forEach(rule -> writes.add(() -> engine.add(rule)));
        return writes;
    }

    /** Writes the facts in an order of its own, with detours, in steps of its own, and tells what comes out. */
    private static String outcome(long order) {
        Random random = new Random(order);
        Engine engine = new Engine();
        List<Runnable> writes = facts(engine);
        Collections.shuffle(writes, random);
        for (Runnable write : writes) {
            if (random.nextInt(10) == 0) {
                String detour = "pod" + random.nextInt(400);
                if (engine.row(PODS, detour).isEmpty()) {
                    engine.put(PODS, detour, new Pod("10.0.0." + random.nextInt(250), new TreeSet<>(), "team1"));
                    engine.settle();
                    engine.remove(PODS, detour);
                }
            }
            write.run();
            if (random.nextInt(40) == 0) {
                engine.settle();
            }
        }
        engine.settle();
        StringBuilder text = new StringBuilder();
        engine.items().forEach(item -> text.append(item).append('\n'));
        engine.conflicts().forEach(conflict -> text.append(conflict).append('\n'));
        engine.failures().forEach(failure -> text.append(failure.definition())
                .append(failure.key())
                .append(failure.message())
                .append('\n'));
        return text.append(engine.cells()).append('\n').toString();
    }

    /** Run in a virtual machine of its own. */
    public static void main(String[] arguments) {
        System.out.writeBytes(outcome(Long.parseLong(arguments[0])).getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    @Test
    void anotherOrderInAnotherVirtualMachineYieldsTheSameItems() throws IOException, InterruptedException {
        String here = outcome(1);
        assertThat(here).contains("Conflict[", "has port 3");
        assertThat(here.lines().count()).isGreaterThan(1_000);
        for (int order = 2; order < 4; order++) {
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            DeterminismTest.class.getName(),
                            String.valueOf(order))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(other.waitFor()).isZero();
            assertThat(there).isEqualTo(here);
        }
    }
}
