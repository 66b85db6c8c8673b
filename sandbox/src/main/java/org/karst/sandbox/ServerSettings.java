package org.karst.sandbox;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How the Karst server of a sandbox is run.
 *
 * @param distribution the unpacked distribution, with {@code bin/karst-server}
 * @param cniPlugin the CNI plugin, {@code karst-cni}
 * @param port of the API, inside the controller's namespace and on 127.0.0.1 of the machine
 * @param owner numeric {@code UID:GID} who shall own the kubeconfig; empty: the user of the server
 * @param environment more variables for the server
 */
public record ServerSettings(
        Path distribution, Path cniPlugin, int port, Optional<String> owner, Map<String, String> environment) {
    public ServerSettings {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
        }
        environment = Map.copyOf(environment);
    }
}
