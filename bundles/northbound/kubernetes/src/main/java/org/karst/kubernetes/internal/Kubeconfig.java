package org.karst.kubernetes.internal;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads kubeconfig files (Kubernetes reference, {@code v1 Config}).
 *
 * <p>The embedded client reads them too, but through an object mapper that costs half a second and 45 MB at each start; so the usual ones,
 * with a token or a certificate, are read here, and only those that run a program or refresh by themselves are left to it.
 */
final class Kubeconfig {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final Set<String> PLAIN_CLUSTER =
            Set.of("server", "certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify");
    private static final Set<String> PLAIN_USER = Set.of(
            "token", "tokenFile", "client-certificate", "client-certificate-data", "client-key", "client-key-data");

    private Kubeconfig() {}

    /** Reads a file. */
    static Config read(Path file) throws IOException {
        Object root;
        try {
            root = new Load(LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file, StandardCharsets.UTF_8));
        } catch (YamlEngineException e) {
            throw new IOException("the kubeconfig " + file + " is not YAML", e);
        }
        Map<?, ?> context = named(file, root, "contexts", "context", text(root, "current-context"));
        Map<?, ?> cluster = named(file, root, "clusters", "cluster", text(context, "cluster"));
        Map<?, ?> user = named(file, root, "users", "user", text(context, "user"));
        if (!PLAIN_CLUSTER.containsAll(cluster.keySet()) || !PLAIN_USER.containsAll(user.keySet())) {
            return Config.fromKubeconfig(file.toFile());
        }
        if (text(cluster, "server").isEmpty()) {
            throw new IOException("the kubeconfig " + file + " names no server");
        }
        ConfigBuilder config = new ConfigBuilder(Config.empty())
                .withMasterUrl(text(cluster, "server"))
                .withCaCertData(optional(cluster, "certificate-authority-data"))
                .withCaCertFile(path(file, cluster, "certificate-authority"))
                .withTrustCerts(Boolean.TRUE.equals(cluster.get("insecure-skip-tls-verify")))
                .withClientCertData(optional(user, "client-certificate-data"))
                .withClientCertFile(path(file, user, "client-certificate"))
                .withClientKeyData(optional(user, "client-key-data"))
                .withClientKeyFile(path(file, user, "client-key"))
                .withOauthToken(optional(user, "token"));
        String tokenFile = path(file, user, "tokenFile");
        if (tokenFile != null) {
            config.withOauthTokenProvider(new TokenFile(Path.of(tokenFile)));
        }
        return config.build();
    }

    /** The service account of the pod that this process runs in. */
    static Config serviceAccount() throws IOException {
        String host = System.getenv("KUBERNETES_SERVICE_HOST");
        String port = System.getenv("KUBERNETES_SERVICE_PORT");
        if (host == null || port == null) {
            throw new IOException("no kubeconfig is configured, and this process is not in a pod of a cluster");
        }
        return new ConfigBuilder(Config.empty())
                .withMasterUrl("https://" + (host.contains(":") ? '[' + host + ']' : host) + ':' + port)
                .withCaCertFile(SERVICE_ACCOUNT.resolve("ca.crt").toString())
                .withOauthTokenProvider(new TokenFile(SERVICE_ACCOUNT.resolve("token")))
                .build();
    }

    private static Map<?, ?> named(Path file, Object root, String list, String field, String name) throws IOException {
        if (root instanceof Map<?, ?> map && map.get(list) instanceof List<?> entries) {
            for (Object entry : entries) {
                if (text(entry, "name").equals(name) && ((Map<?, ?>) entry).get(field) instanceof Map<?, ?> found) {
                    return found;
                }
            }
        }
        throw new IOException("the kubeconfig " + file + " has no " + field + " named \"" + name + '"');
    }

    private static String text(Object map, String field) {
        Object value = map instanceof Map<?, ?> members ? members.get(field) : null;
        return value == null ? "" : String.valueOf(value);
    }

    private static String optional(Map<?, ?> map, String field) {
        String text = text(map, field);
        return text.isEmpty() ? null : text;
    }

    /** Paths in a kubeconfig are relative to it. */
    private static String path(Path file, Map<?, ?> map, String field) {
        String text = optional(map, field);
        return text == null ? null : file.toAbsolutePath().resolveSibling(text).toString();
    }
}
