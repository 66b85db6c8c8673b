package org.karst.apiserver.internal.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import org.karst.apiserver.ApiServerSettings.Owner;

/** The file by which {@code kubectl} and every other client finds and trusts the server. */
public final class Kubeconfig {
    private Kubeconfig() {}

    /** Writes it with mode 0600. */
    public static void write(
            Path file, String url, Certificates certificates, Credentials credentials, Optional<Owner> owner)
            throws IOException, GeneralSecurityException {
        String authority = Base64.getEncoder().encodeToString(certificates.authorityPem());
        String text = "apiVersion: v1\n"
                + "kind: Config\n"
                + "clusters:\n"
                + "- name: karst\n"
                + "  cluster:\n"
                + "    certificate-authority-data: " + authority + "\n"
                + "    server: " + url + "\n"
                + "users:\n"
                + "- name: karst-admin\n"
                + "  user:\n"
                + "    token: " + credentials.token() + "\n"
                + "contexts:\n"
                + "- name: karst\n"
                + "  context:\n"
                + "    cluster: karst\n"
                + "    user: karst-admin\n"
                + "current-context: karst\n";
        PrivateFiles.makeDirectory(file.toAbsolutePath().getParent());
        PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8), owner);
    }
}
