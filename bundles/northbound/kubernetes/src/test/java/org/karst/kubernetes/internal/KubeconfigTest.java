package org.karst.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigTest {
    private static final String HEAD =
            """
            current-context: b
            contexts:
            - {name: a, context: {cluster: x, user: x}}
            - {name: b, context: {cluster: k, user: u}}
            clusters:
            - name: k
              cluster: {server: "https://127.0.0.1:6443/", certificate-authority: pki/ca.crt}
            users:
            """;

    @TempDir
    Path directory;

    private Config read(String text) throws IOException {
        return Kubeconfig.read(Files.writeString(directory.resolve("kubeconfig"), text));
    }

    @Test
    void tokensAndFilesAreFound() throws Exception {
        Files.writeString(directory.resolve("token"), "first\n");
        Config config =
                read(HEAD + "- {name: u, user: {tokenFile: token, client-certificate: c.crt, client-key: c.key}}\n");
        assertThat(config.getMasterUrl()).isEqualTo("https://127.0.0.1:6443/");
        assertThat(config.getCaCertFile())
                .isEqualTo(directory.resolve("pki/ca.crt").toString());
        assertThat(config.getClientCertFile())
                .isEqualTo(directory.resolve("c.crt").toString());
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("first");
        Files.writeString(directory.resolve("token"), "second");
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("second");
        assertThat(read(HEAD + "- {name: u, user: {token: abc}}\n").getOauthToken())
                .isEqualTo("abc");
    }

    @Test
    void whatRunsAProgramIsLeftToTheClient() throws Exception {
        Path program = Files.writeString(
                directory.resolve("login"),
                """
                #!/bin/sh
                echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"fresh"}}'
                """);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Config config =
                read(HEAD + "- name: u\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1, command: "
                        + program + ", interactiveMode: Never}\n");
        assertThat(config.getMasterUrl()).isEqualTo("https://127.0.0.1:6443/");
        assertThat(config.getAutoOAuthToken()).isEqualTo("fresh");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "a: b", "current-context: b", "current-context: [1]\ncontexts: 7", "\u0000"})
    void aBadFileIsNamed(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.resolve("kubeconfig").toString());
        assertThatThrownBy(() -> read(HEAD))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no user named \"u\"");
    }
}
