package org.karst.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Keys and certificates as PEM files, made by openssl(1): the authorities {@code ours} and {@code theirs}, {@code controller} and
 * {@code switch} signed by ours, {@code stranger} signed by theirs.
 */
record TestCertificates(Path directory) {
    static TestCertificates in(Path directory) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        TestCertificates made = new TestCertificates(directory);
        for (String authority : List.of("ours", "theirs")) {
            run(
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=" + authority,
                    "-keyout",
                    made.path(authority + ".key"),
                    "-out",
                    made.path(authority + ".pem"));
        }
        made.sign("controller", "ours");
        made.sign("switch", "ours");
        made.sign("stranger", "theirs");
        return made;
    }

    private void sign(String name, String authority) throws IOException, InterruptedException {
        run(
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                path(name + ".key"),
                "-out",
                path(name + ".csr"));
        run(
                "x509",
                "-req",
                "-days",
                "2",
                "-in",
                path(name + ".csr"),
                "-CA",
                path(authority + ".pem"),
                "-CAkey",
                path(authority + ".key"),
                "-CAcreateserial",
                "-out",
                path(name + ".pem"));
    }

    /** A file, such as {@code switch.pem} or {@code switch.key}. */
    String path(String name) {
        return directory.resolve(name).toString();
    }

    private static void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
