package org.karst.sandbox.internal;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.karst.sandbox.SandboxNode;

/** How a sandbox fares: its processes, its server, its pods. */
public final class Status {
    /** One line of it. */
    private record Line(String kind, String name, boolean well, String details) {}

    private final Description sandbox;
    private final List<Line> lines = new ArrayList<>();

    private Status(Description sandbox) {
        this.sandbox = sandbox;
    }

    public static Status of(Environment environment, Description sandbox) throws IOException {
        Status status = new Status(sandbox);
        status.lines.add(
                new Line("sandbox", sandbox.settings().name(), sandbox.isKept(), "process " + sandbox.process()));
        for (SandboxNode node : sandbox.settings().nodes()) {
            Optional<Long> database = process(node.directory().resolve("ovsdb-server.pid"), "ovsdb-server");
            Optional<Long> daemon = process(node.directory().resolve("ovs-vswitchd.pid"), "ovs-vswitchd");
            String details = String.join(
                    ", ",
                    database.map(pid -> "ovsdb-server " + pid).orElse("no ovsdb-server"),
                    daemon.map(pid -> "ovs-vswitchd " + pid).orElse("no ovs-vswitchd"));
            status.lines.add(new Line("node", node.name(), database.isPresent() && daemon.isPresent(), details));
        }
        status.askServer(environment);
        return status;
    }

    private static Optional<Long> process(Path file, String program) throws IOException {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        String number = Files.readString(file).strip();
        return number.matches("[0-9]+")
                        && Processes.commandLine(Long.parseLong(number)).get(0).endsWith(program)
                ? Optional.of(Long.parseLong(number))
                : Optional.empty();
    }

    private void askServer(Environment environment) throws IOException {
        if (!Files.isReadable(environment.kubeconfig())) {
            lines.add(new Line("server", "karst-server", false, "there is no kubeconfig yet"));
            return;
        }
        try (KubernetesClient client = ApiAccess.open(environment.kubeconfig())) {
            String notReady = ApiAccess.readiness(client);
            String state = notReady.isEmpty() ? "ready" : notReady;
            String console = client.getConfiguration().getMasterUrl() + "console/";
            lines.add(new Line("server", "karst-server", notReady.isEmpty(), state + "; console " + console));
            for (Pod pod : client.pods().inAnyNamespace().list().getItems()) {
                String phase = pod.getStatus() == null || pod.getStatus().getPhase() == null
                        ? "Pending"
                        : pod.getStatus().getPhase();
                lines.add(new Line(
                        "pod",
                        pod.getMetadata().getNamespace() + "/"
                                + pod.getMetadata().getName(),
                        phase.equals("Running"),
                        phase + " on " + pod.getSpec().getNodeName()));
            }
        } catch (KubernetesClientException refused) {
            lines.add(new Line("pods", "", false, "cannot be listed: " + refused.getMessage()));
        }
    }

    public boolean isWell() {
        return lines.stream().allMatch(Line::well);
    }

    public void print(PrintStream output) {
        lines.forEach(line -> output.printf(
                "%-8s %-32s %-9s %s%n", line.kind(), line.name(), line.well() ? "well" : "NOT WELL", line.details()));
    }

    /** For {@code --json}. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>(sandbox.toMap());
        map.put("well", isWell());
        map.put(
                "parts",
                lines.stream()
                        .map(line -> {
                            Map<String, Object> part = new LinkedHashMap<>();
                            part.put("kind", line.kind());
                            part.put("name", line.name());
                            part.put("well", line.well());
                            part.put("details", line.details());
                            return part;
                        })
                        .toList());
        return map;
    }
}
