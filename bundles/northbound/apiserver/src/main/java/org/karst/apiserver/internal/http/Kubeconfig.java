package org.karst.apiserver.internal.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.karst.apiserver.Accounts;
import org.karst.apiserver.ApiServerSettings.Owner;
import org.karst.apiserver.Role;
import org.karst.apiserver.internal.resource.Names;

/**
 * The file by which {@code kubectl} and every other client finds and trusts the server.
 *
 * @param url of the server
 * @param authority certificate that it is to be trusted by, in PEM
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record Kubeconfig(String url, byte[] authority) {
    private static final int LONGEST_NAME = 64;
    private static final List<String> RESERVED = List.of("system:", "karst:");

    /** Those of a server. */
    public static Kubeconfig of(String url, Certificates certificates) throws GeneralSecurityException {
        return new Kubeconfig(url, certificates.authorityPem());
    }

    /** Writes that of the administrator, with mode 0600. */
    public void write(Path file, Credentials credentials, Optional<Owner> owner) throws IOException {
        write(file, "karst-admin", "    token: " + credentials.token() + "\n", owner);
    }

    /** Writes one with a new client certificate; see {@link Accounts#issue}. */
    public void issue(Path directory, Path file, String name, Role role, Duration life, Clock clock)
            throws IOException, GeneralSecurityException {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the name of a user has 1 to " + LONGEST_NAME + " characters, none of them a control character");
        }
        for (String prefix : RESERVED) {
            if (name.startsWith(prefix)) {
                throw new IllegalArgumentException("the name of a user does not begin with '" + prefix
                        + "': such names are those of the system itself; a node is given by its own name");
            }
        }
        if (role == Role.NODE && !Names.SUBDOMAIN.check(name).isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a node: that has lower-case letters,"
                    + " digits, '-' and '.', and each part between dots begins and ends with a letter or digit");
        }
        if (life.compareTo(Duration.ofHours(1)) < 0 || life.compareTo(Accounts.LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException(
                    "a certificate lives an hour at least, and " + Accounts.LONGEST_LIFE.toDays() + " days at most");
        }
        if (Files.exists(file)) {
            throw new IOException(file + " is there already; remove it, or name another file");
        }
        if (!Files.isDirectory(file.toAbsolutePath().getParent())) {
            throw new IOException(
                    "there is no directory " + file.toAbsolutePath().getParent());
        }
        List<byte[]> issued = Certificates.issue(directory, role.user(name), role.group(), clock, life);
        write(
                file,
                "karst-" + role,
                "    client-certificate-data: " + base64(issued.get(0)) + "\n    client-key-data: "
                        + base64(issued.get(1)) + "\n",
                Optional.empty());
    }

    private static String base64(byte[] pem) {
        return Base64.getEncoder().encodeToString(pem);
    }

    private void write(Path file, String user, String secret, Optional<Owner> owner) throws IOException {
        String text = "apiVersion: v1\n"
                + "kind: Config\n"
                + "clusters:\n"
                + "- name: karst\n"
                + "  cluster:\n"
                + "    certificate-authority-data: " + base64(authority) + "\n"
                + "    server: " + url + "\n"
                + "users:\n"
                + "- name: " + user + "\n"
                + "  user:\n"
                + secret
                + "contexts:\n"
                + "- name: karst\n"
                + "  context:\n"
                + "    cluster: karst\n"
                + "    user: " + user + "\n"
                + "current-context: karst\n";
        PrivateFiles.makeDirectory(file.toAbsolutePath().getParent());
        PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8), owner);
    }
}
