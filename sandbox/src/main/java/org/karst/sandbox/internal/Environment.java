package org.karst.sandbox.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.ServerSettings;

/**
 * What the environment says about where things are.
 *
 * @param name of the sandbox
 * @param state the state directory
 * @param port of the API on 127.0.0.1
 * @param variables all of it
 */
public record Environment(String name, Path state, int port, Map<String, String> variables) {
    private static final String DEFAULT_STATE = "/run/karst";
    private static final String DEFAULT_PORT = "8443";

    public static Environment of(Map<String, String> variables) {
        String port = variables.getOrDefault("KARST_PORT", DEFAULT_PORT);
        if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException("KARST_PORT has to be a port number, not '" + port + "'");
        }
        return new Environment(
                variables.getOrDefault("KARST_NAME", "karst"),
                Path.of(variables.getOrDefault("KARST_STATE", DEFAULT_STATE)),
                Integer.parseInt(port),
                Map.copyOf(variables));
    }

    public Path kubeconfig() {
        return state.resolve("kubeconfig");
    }

    public Path distribution() throws SandboxException {
        String distribution = variables.get("KARST_DISTRIBUTION");
        if (distribution == null) {
            throw new SandboxException("KARST_DISTRIBUTION does not say where the distribution is; start by ./karst");
        }
        return Path.of(distribution).toAbsolutePath();
    }

    /** The folder with the programs of Kubernetes that Karst is compared with. */
    public Path kubernetes() throws SandboxException {
        String programs = variables.get("KARST_KUBERNETES");
        if (programs == null) {
            throw new SandboxException(
                    "KARST_KUBERNETES does not say where kube-apiserver and etcd are; start by ./karst");
        }
        return Path.of(programs).toAbsolutePath();
    }

    public ServerSettings server() throws SandboxException {
        Map<String, String> forServer = new TreeMap<>();
        for (String variable : new String[] {"JAVA_HOME", "KARST_HEAP", "KARST_JAVA_OPTS"}) {
            if (variables.containsKey(variable)) {
                forServer.put(variable, variables.get(variable));
            }
        }
        return new ServerSettings(distribution(), cniPlugin(), port, owner(), forServer);
    }

    private Optional<String> owner() {
        String uid = variables.getOrDefault("SUDO_UID", "");
        String gid = variables.getOrDefault("SUDO_GID", "");
        return uid.matches("[0-9]+") && gid.matches("[0-9]+") ? Optional.of(uid + ":" + gid) : Optional.empty();
    }

    /** Beside the distribution's programs, or where the build leaves it. */
    private Path cniPlugin() throws SandboxException {
        Path distribution = distribution();
        Path build = distribution.resolve("../../../bundles/northbound/cni/target/karst-cni");
        return Stream.of(
                        Optional.ofNullable(variables.get("KARST_CNI_PLUGIN")).map(Path::of),
                        Optional.of(distribution.resolve("bin/karst-cni")),
                        Optional.of(build.normalize()))
                .flatMap(Optional::stream)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new SandboxException("there is no CNI plugin at " + distribution.resolve("bin/karst-cni")
                                + " or " + build.normalize() + "; build it: ./karst build"));
    }
}
