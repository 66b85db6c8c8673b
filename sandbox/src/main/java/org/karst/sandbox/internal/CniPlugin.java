package org.karst.sandbox.internal;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.karst.sandbox.SandboxException;

/** Calls a CNI plugin as a container runtime does (CNI specification 1.1, section 2): environment, configuration on stdin, result on stdout. */
final class CniPlugin {
    static final String VERSION = "1.1.0";
    static final String INTERFACE = "eth0";
    private static final int PATIENCE_SECONDS = 60;

    private final Path executable;
    private final Map<String, Object> configuration;

    /**
     * The plugin of one node.
     *
     * @param socket where the server answers for this node
     */
    CniPlugin(Path executable, Path socket) {
        this.executable = executable;
        this.configuration = new LinkedHashMap<>();
        configuration.put("cniVersion", VERSION);
        configuration.put("name", "karst");
        configuration.put("type", executable.getFileName().toString());
        configuration.put("socket", socket.toString());
    }

    /** The configuration list for a runtime's {@code /etc/cni/net.d}. */
    String list() {
        Map<String, Object> plugin = new LinkedHashMap<>(configuration);
        plugin.remove("cniVersion");
        plugin.remove("name");
        plugin.put("capabilities", Map.of("ips", true));
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("cniVersion", VERSION);
        list.put("name", "karst");
        list.put("plugins", List.of(plugin));
        return Serialization.asJson(list);
    }

    /**
     * One pod's call.
     *
     * @param container identifies the sandbox of the pod: its UID
     * @param namespace path of its network namespace
     * @param addresses that it must get; empty: any
     */
    record Pod(String container, Path namespace, String podNamespace, String podName, List<String> addresses) {}

    /** Attaches a pod and returns its addresses, without prefix lengths, in the plugin's order. */
    List<String> add(Pod pod) throws IOException, InterruptedException {
        Map<?, ?> result = Serialization.unmarshal(call("ADD", pod), Map.class);
        List<String> addresses = new ArrayList<>();
        Object ips = result.get("ips");
        if (ips instanceof List) {
            for (Object ip : (List<?>) ips) {
                String address = String.valueOf(((Map<?, ?>) ip).get("address"));
                addresses.add(address.substring(0, address.indexOf('/')));
            }
        }
        if (addresses.isEmpty()) {
            throw new SandboxException("the CNI plugin gave no address: " + result);
        }
        return addresses;
    }

    /** Detaches a pod; may be repeated. */
    void delete(Pod pod) throws IOException, InterruptedException {
        call("DEL", pod);
    }

    private String call(String verb, Pod pod) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(executable.toString());
        Map<String, String> environment = new TreeMap<>();
        environment.put("CNI_COMMAND", verb);
        environment.put("CNI_CONTAINERID", pod.container());
        environment.put("CNI_NETNS", pod.namespace().toString());
        environment.put("CNI_IFNAME", INTERFACE);
        environment.put("CNI_PATH", executable.getParent().toString());
        environment.put(
                "CNI_ARGS",
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=" + pod.podNamespace() + ";K8S_POD_NAME=" + pod.podName()
                        + ";K8S_POD_INFRA_CONTAINER_ID=" + pod.container() + ";K8S_POD_UID=" + pod.container());
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException absent) {
            throw new SandboxException("cannot run the CNI plugin " + executable + ": " + absent.getMessage());
        }
        try {
            try (OutputStream input = process.getOutputStream()) {
                Map<String, Object> whole = new LinkedHashMap<>(configuration);
                if (!pod.addresses().isEmpty()) {
                    whole.put("runtimeConfig", Map.of("ips", pod.addresses()));
                }
                input.write(Serialization.asJson(whole).getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new SandboxException("the CNI plugin did not end in " + PATIENCE_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new SandboxException("CNI " + verb + " failed: " + sentence(output, process.exitValue()));
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    private static String sentence(String output, int status) {
        try {
            Map<?, ?> error = Serialization.unmarshal(output, Map.class);
            Object details = error.get("details");
            return error.get("msg") + (details == null ? "" : " (" + details + ")") + " [code " + error.get("code")
                    + "]";
        } catch (RuntimeException noJson) {
            return output.isBlank() ? "exit status " + status + " without a word" : output.strip();
        }
    }
}
