package org.karst.testing.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.incremental.Item;
import org.karst.pipeline.FlowItem;

/**
 * Two virtual machines that are told the same cluster in different orders, over different histories, want the same of every
 * switch, octet by octet, cookies included. Without this a restart would rewrite flows.
 */
class DeterminismTest {
    private static final int STEPS = 12;

    /** Tells the cluster in an order of its own, with rows that come and go, and says all that is wanted. */
    private static String outcome(long order) {
        Random random = new Random(order);
        List<RandomCluster.Fact<?, ?>> facts = new ArrayList<>(new RandomCluster(7, 12, 400, 90).facts());
        List<RandomCluster.Fact<?, ?>> passing = new RandomCluster(8, 12, 60, 120).facts();
        Collections.shuffle(facts, random);
        List<String> lines = new ArrayList<>();
        try (WholeController controller = new WholeController(random)) {
            for (int step = 0; step < STEPS; step++) {
                List<RandomCluster.Fact<?, ?>> part =
                        facts.subList(facts.size() * step / STEPS, facts.size() * (step + 1) / STEPS);
                List<RandomCluster.Fact<?, ?>> detour = new ArrayList<>(passing);
                Collections.shuffle(detour, random);
                controller.write(into -> detour.subList(0, detour.size() / 3).forEach(fact -> fact.put(into)));
                controller.write(from -> passing.forEach(fact -> fact.remove(from)));
                controller.write(into -> part.forEach(fact -> fact.put(into)));
            }
            // the detour removed rows of the same name
            controller.write(into -> facts.forEach(fact -> fact.put(into)));
            assertThat(controller.inspect(Inspection::failures)).isEmpty();
            for (Item item : controller.inspect(Inspection::items)) {
                lines.add(item instanceof FlowItem flow ? flow.cookie() + " " + flow : item.toString());
            }
            controller.inspect(Inspection::conflicts).forEach(conflict -> lines.add(conflict.toString()));
            lines.add(controller.inspect(Inspection::cells) + " cells");
        }
        return String.join("\n", lines) + "\n";
    }

    /** Run in a virtual machine of its own. */
    public static void main(String[] arguments) {
        System.out.writeBytes(outcome(Long.parseLong(arguments[0])).getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    @Test
    void anotherOrderInAnotherVirtualMachineYieldsTheSameFlows() throws IOException, InterruptedException {
        String here = outcome(1);
        assertThat(here.lines().count()).isGreaterThan(5_000);
        assertThat(List.of("conjunction(", "Conflict[", "ct(commit", "icmpv6_type=135", "nd_target=", "ObjectItem["))
                .as("the cluster has everything")
                .allMatch(here::contains);
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeterminismTest.class.getName(),
                        "2")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(other.waitFor()).isZero();
        Set<String> onlyThere = new TreeSet<>(there.lines().toList());
        here.lines().toList().forEach(onlyThere::remove);
        assertThat(onlyThere).isEmpty();
        assertThat(there.equals(here)).as("the same lines in the same order").isTrue();
    }
}
