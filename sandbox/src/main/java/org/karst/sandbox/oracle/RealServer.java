package org.karst.sandbox.oracle;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.SandboxException;

/** A kube-apiserver with an etcd of its own, on the loopback link of a namespace. Whoever ends the namespace's processes ends it. */
final class RealServer {
    /** What Karst rightly has none of: each changes objects or refuses them for the sake of a part of Kubernetes that is not here. */
    private static final List<String> WITHOUT_ADMISSION = List.of(
            "CertificateApproval",
            "CertificateSigning",
            "CertificateSubjectRestriction",
            "ClusterTrustBundleAttest",
            "DefaultIngressClass",
            "DefaultStorageClass",
            "DefaultTolerationSeconds",
            "LimitRanger",
            "MutatingAdmissionPolicy",
            "MutatingAdmissionWebhook",
            "PersistentVolumeClaimResize",
            "PodSecurity",
            "PodTopologyLabels",
            "Priority",
            "ResourceQuota",
            "RuntimeClass",
            "ServiceAccount",
            "StorageObjectInUseProtection",
            "TaintNodesByCondition",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionWebhook");

    private static final int ETCD_PORT = 2379;

    private final Path programs;
    private final Path state;
    private final NetworkNamespace namespace;
    private final String address;
    private final int port;
    private final String token = token();

    /**
     * One that does not run yet.
     *
     * @param programs the folder with {@code etcd} and {@code kube-apiserver}
     * @param state a folder of its own
     * @param address of the namespace, not of the loopback network
     * @param port of the API on 127.0.0.1 in the namespace
     */
    RealServer(Path programs, Path state, NetworkNamespace namespace, String address, int port) {
        this.programs = programs;
        this.state = state;
        this.namespace = namespace;
        this.address = address;
        this.port = port;
    }

    private static String token() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Starts both; the API is not ready yet. */
    Process start() throws IOException {
        Files.createDirectories(state);
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        Path tokens = Files.writeString(state.resolve("tokens.csv"), token + ",oracle,oracle,\"system:masters\"\n");
        Path key = Files.writeString(state.resolve("service-account.key"), key());
        String client = "http://127.0.0.1:" + ETCD_PORT;
        String peer = "http://127.0.0.1:" + (ETCD_PORT + 1);
        launch(
                "etcd",
                List.of(
                        "--data-dir=" + state.resolve("etcd"),
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=default=" + peer,
                        "--unsafe-no-fsync",
                        "--log-level=warn"));
        return launch(
                "kube-apiserver",
                List.of(
                        "--etcd-servers=" + client,
                        "--bind-address=127.0.0.1",
                        "--advertise-address=" + address,
                        "--secure-port=" + port,
                        "--endpoint-reconciler-type=none",
                        "--cert-dir=" + state,
                        "--token-auth-file=" + tokens,
                        "--authorization-mode=AlwaysAllow",
                        "--anonymous-auth=false",
                        "--service-account-issuer=https://kubernetes.default.svc",
                        "--service-account-key-file=" + key,
                        "--service-account-signing-key-file=" + key,
                        "--service-cluster-ip-range=172.30.0.0/24",
                        "--disable-admission-plugins=" + String.join(",", WITHOUT_ADMISSION)));
    }

    private static String key() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] encoded = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException absent) {
            throw new IOException("this Java cannot make RSA keys", absent);
        }
    }

    private Process launch(String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(programs.resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(state.resolve(program + ".log").toFile());
        Process process = namespace.<Process, RuntimeException>call(inside -> builder.start());
        Files.writeString(
                state.resolve(program + ".pid"),
                process.pid() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        return process;
    }

    /** Where the API is once it is ready. */
    Side side() throws IOException {
        Path certificate = state.resolve("apiserver.crt");
        if (!Files.isReadable(certificate)) {
            throw new SandboxException("kube-apiserver has no certificate yet");
        }
        return new Side("real", URI.create("https://127.0.0.1:" + port), Files.readAllBytes(certificate), token);
    }

    /** The last lines of what it said. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(state.resolve("kube-apiserver.log"), StandardCharsets.UTF_8);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }
}
