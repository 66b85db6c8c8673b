package org.karst.apiserver.internal.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The server's own certificate authority and the certificate that it gave the server, kept as PEM files.
 *
 * @param authority certificate of the authority
 * @param server certificate of the server
 * @param serverKey its key
 */
public record Certificates(X509Certificate authority, X509Certificate server, PrivateKey serverKey) {
    private static final String AUTHORITY = "ca.crt";
    private static final String AUTHORITY_KEY = "ca.key";
    private static final Duration RENEW_BEFORE = Duration.ofDays(60);

    /**
     * Reads the files, or makes what is missing, is about to expire, or does not hold one of the names.
     *
     * @param names DNS names and IP addresses of the server
     */
    public static Certificates load(Path directory, Collection<String> names, Clock clock)
            throws IOException, GeneralSecurityException {
        Set<String> wanted = new TreeSet<>(names);
        Path authorityFile = directory.resolve(AUTHORITY);
        Path authorityKeyFile = directory.resolve(AUTHORITY_KEY);
        Path serverFile = directory.resolve("server.crt");
        Path serverKeyFile = directory.resolve("server.key");
        if (!Files.exists(authorityFile) || !Files.exists(authorityKeyFile)) {
            Issuer.Issued made = Issuer.authority(clock.instant());
            save(authorityKeyFile, "PRIVATE KEY", made.key().getEncoded());
            save(authorityFile, "CERTIFICATE", made.certificate().getEncoded());
            Files.deleteIfExists(serverFile);
        }
        X509Certificate authority = certificate(authorityFile);
        boolean good = Files.exists(serverFile)
                && Files.exists(serverKeyFile)
                && isGood(certificate(serverFile), wanted, clock);
        if (!good) {
            Issuer.Issued made = Issuer.server(authority, key(authorityKeyFile), wanted, clock.instant());
            save(serverKeyFile, "PRIVATE KEY", made.key().getEncoded());
            save(serverFile, "CERTIFICATE", made.certificate().getEncoded());
        }
        return new Certificates(authority, certificate(serverFile), key(serverKeyFile));
    }

    private static boolean isGood(X509Certificate certificate, Set<String> wanted, Clock clock)
            throws GeneralSecurityException {
        if (certificate.getNotAfter().toInstant().isBefore(clock.instant().plus(RENEW_BEFORE))) {
            return false;
        }
        Set<String> held = new TreeSet<>();
        for (List<?> name : certificate.getSubjectAlternativeNames()) {
            held.add(canonical(String.valueOf(name.get(1))));
        }
        return wanted.stream().map(Certificates::canonical).allMatch(held::contains);
    }

    /** A new certificate of the authority for a client, and its key, each in PEM. */
    static List<byte[]> issue(Path directory, String user, String group, Clock clock, Duration life)
            throws IOException, GeneralSecurityException {
        Issuer.Issued made = Issuer.client(
                certificate(directory.resolve(AUTHORITY)),
                key(directory.resolve(AUTHORITY_KEY)),
                user,
                List.of(group),
                clock.instant(),
                life);
        return List.of(
                pem("CERTIFICATE", made.certificate().getEncoded()),
                pem("PRIVATE KEY", made.key().getEncoded()));
    }

    /** The certificate of the authority in PEM. */
    byte[] authorityPem() throws GeneralSecurityException {
        return pem("CERTIFICATE", authority.getEncoded());
    }

    private static void save(Path file, String label, byte[] der) throws IOException {
        PrivateFiles.write(file, pem(label, der), Optional.empty());
    }

    private static byte[] pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        String body = Files.readString(file, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----", "");
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not a key in PEM; remove it to have a new one made", e);
        }
    }

    /** One spelling for each address, so that {@code ::1} equals what the certificate says. */
    private static String canonical(String name) {
        if (!isAddress(name)) {
            return name;
        }
        try {
            return InetAddress.getByName(name).getHostAddress();
        } catch (IOException e) {
            return name;
        }
    }

    static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    }
}
