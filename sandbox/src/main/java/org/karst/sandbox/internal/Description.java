package org.karst.sandbox.internal;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.karst.sandbox.Families;
import org.karst.sandbox.NodePlan;
import org.karst.sandbox.Place;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;

/**
 * {@code sandbox.json}: the sandbox as data, for other processes.
 *
 * @param settings what it is made of
 * @param port of the API on 127.0.0.1
 * @param process number of the process that keeps it
 */
public record Description(SandboxSettings settings, int port, long process) {
    private static final String FILE = "sandbox.json";

    public void write() throws IOException {
        Path file = settings.state().resolve(FILE);
        Path whole = settings.state().resolve(FILE + ".new");
        Files.writeString(whole, Serialization.asJson(toMap()) + "\n");
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The sandbox in a state directory. */
    public static Optional<Description> read(Path state) throws IOException {
        try {
            Map<?, ?> map = Serialization.unmarshal(Files.readString(state.resolve(FILE)), Map.class);
            return Optional.of(new Description(
                    new SandboxSettings(
                            String.valueOf(map.get("name")),
                            state,
                            ((List<?>) map.get("nodes"))
                                    .stream().map(Description::plan).toList(),
                            Families.valueOf(String.valueOf(map.get("families"))),
                            number(map, "mtu"),
                            false),
                    number(map, "port"),
                    number(map, "process")));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private static NodePlan plan(Object node) {
        return Serialization.unmarshal(Serialization.asJson(((Map<?, ?>) node).get("plan")), NodePlan.class);
    }

    private static int number(Map<?, ?> map, String key) {
        return ((Number) map.get(key)).intValue();
    }

    /** Whether the process that keeps it lives. */
    public boolean isKept() {
        return Processes.commandLine(process).contains("keep");
    }

    /** For {@code --json}. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", settings.name());
        map.put("families", settings.families().name());
        map.put("mtu", settings.mtu());
        map.put("port", port);
        map.put("process", process);
        map.put("kubeconfig", settings.state().resolve("kubeconfig").toString());
        map.put("nodeCount", settings.nodeCount());
        map.put(
                "nodes",
                settings.nodes().stream()
                        .map(node -> node(node, settings.plans().get(node.number() - 1)))
                        .toList());
        map.put("outside", place(settings.outside()));
        return map;
    }

    private static Map<String, Object> node(SandboxNode node, NodePlan plan) {
        Map<String, Object> map = place(node.place());
        map.put("plan", plan);
        map.put("database", node.database().toString());
        map.put("cniSocket", node.cniSocket().toString());
        return map;
    }

    private static Map<String, Object> place(Place place) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", place.name());
        map.put("namespace", place.namespace());
        place.ipv4().ifPresent(address -> map.put("ipv4", address));
        place.ipv6().ifPresent(address -> map.put("ipv6", address));
        return map;
    }
}
