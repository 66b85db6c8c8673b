package org.karst.sandbox.internal;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.karst.sandbox.Families;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.ServerSettings;

/** The files below {@code etc} that make a server serve this sandbox. */
public final class ServerConfiguration {
    /** Where pods get their addresses. */
    private static final String CLUSTER_IPV4 = "10.128.0.0/14/23";

    private static final String CLUSTER_IPV6 = "fd00:10:128::/48/64";
    private static final String SERVICES_IPV4 = "172.30.0.0/16";
    private static final String SERVICES_IPV6 = "fd00:172:30::/112";

    private ServerConfiguration() {}

    /**
     * The files by name, with their keys and values.
     *
     * @param namespaces path of a node's namespace with {@code {node}} in it
     * @param openFlow where switches reach the server
     */
    public static Map<String, Map<String, String>> files(
            ServerSettings settings, Path state, Families families, String namespaces, String openFlow) {
        String nodes = state.resolve("nodes/{node}").toString();
        Map<String, Map<String, String>> files = new TreeMap<>();
        files.put(
                "org.karst.controller.cfg",
                Map.of(
                        "cluster.cidrs",
                        join(families, CLUSTER_IPV4, CLUSTER_IPV6),
                        "service.cidrs",
                        join(families, SERVICES_IPV4, SERVICES_IPV6),
                        "controllers",
                        openFlow,
                        "datapath.type",
                        "netdev",
                        "features.file",
                        "${karaf.etc}/karst.features"));
        files.put("org.karst.ovsdb.cfg", Map.of("endpoint", "unix:" + nodes + "/db.sock"));
        files.put("org.karst.unixctl.cfg", Map.of("endpoint", "unix:" + nodes + "/" + SandboxNode.CONTROL_SOCKET));
        files.put("org.karst.host.cfg", Map.of("namespace", namespaces, "software.checksums", "true"));
        files.put("org.karst.cni.cfg", Map.of("socket", nodes + "/cni.sock"));
        // The controller's namespace is on no network but the management links of the nodes.
        files.put("org.karst.openflow.cfg", Map.of("address", "0.0.0.0", "port", "6653", "trusted.network", "true"));
        String kubeconfig = state.resolve("kubeconfig").toString();
        files.put("org.karst.kubernetes.cfg", Map.of("kubeconfig", kubeconfig));
        Map<String, String> api = new LinkedHashMap<>();
        api.put("address", "127.0.0.1");
        api.put("port", Integer.toString(settings.port()));
        api.put("kubeconfig", kubeconfig);
        settings.owner().ifPresent(owner -> {
            int colon = owner.indexOf(':');
            api.put("ownerUid", owner.substring(0, colon));
            api.put("ownerGid", owner.substring(colon + 1));
        });
        files.put("org.karst.apiserver.cfg", api);
        return files;
    }

    private static String join(Families families, String ipv4, String ipv6) {
        return switch (families) {
            case IPV4 -> ipv4;
            case IPV6 -> ipv6;
            case DUAL -> ipv4 + ", " + ipv6;
        };
    }
}
