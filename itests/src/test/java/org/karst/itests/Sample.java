package org.karst.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A sample of docs/samples, built as a third party builds it: in a folder of its own, by its own pom.xml, against the system folder of the
 * server. It is deployed there until it is closed.
 *
 * @param folder where it was built
 * @param deployed where in the system folder it is
 */
record Sample(Path folder, Path deployed) implements AutoCloseable {
    private static final String GROUP = "org/example";
    private static final String VERSION = "1.0.0";
    private static final Duration LONGEST = Duration.ofMinutes(3);

    /** Builds it with Maven, without a network: what it needs from elsewhere, the build of Karst has fetched. */
    static Sample build(String name) throws IOException {
        Path repository = Path.of(System.getProperty("karst.repository"));
        Path server = repository.resolve("karaf-distribution/target/assembly");
        Path folder = Commands.temporaryFolder();
        Path project = folder.resolve(name);
        copy(repository.resolve("docs/samples").resolve(name), project);
        Path settings = Files.writeString(
                folder.resolve("settings.xml"), "<settings/>"); // mirrors would stand before the server
        Commands.Result build = Commands.run(
                LONGEST,
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                List.of(
                        "mvn",
                        "-B",
                        "-ntp",
                        "-o",
                        "-s",
                        settings.toString(),
                        "-gs",
                        settings.toString(),
                        "-Daether.offline.protocols=file",
                        // whatever repository the files of the local one came from
                        "-Daether.enhancedLocalRepository.trackingFilename=karst-sample",
                        "-Dmaven.repo.local=" + localRepository(folder.resolve("repository")),
                        "-Dkarst.home=" + server,
                        "-f",
                        project.resolve("pom.xml").toString(),
                        "package"));
        if (build.status() != 0) {
            throw new AssertionError("docs/samples/" + name + " cannot be built:\n" + build.output());
        }
        String artifact = "karst-" + name + "-" + VERSION;
        Path deployed = Files.createDirectories(
                server.resolve("system").resolve(GROUP).resolve("karst-" + name).resolve(VERSION));
        Path jar = Path.of(artifact + ".jar");
        Files.copy(project.resolve("target").resolve(jar), deployed.resolve(jar), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                project.resolve("features.xml"),
                deployed.resolve(artifact + "-features.xml"),
                StandardCopyOption.REPLACE_EXISTING);
        return new Sample(folder, deployed);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    /** The local repository of the build of Karst, by links, without Karst: what the sample puts there nobody else will meet. */
    private static Path localRepository(Path links) throws IOException {
        Path ours = Path.of(System.getProperty("karst.maven.repository"));
        link(ours, links, "org");
        link(ours.resolve("org"), links.resolve("org"), "karst");
        return links;
    }

    private static void link(Path from, Path to, String except) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                if (!entry.getFileName().toString().equals(except)) {
                    Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
                }
            }
        }
    }

    /** Takes it out of the system folder. */
    @Override
    public void close() {
        Commands.remove(folder);
        Commands.remove(deployed.getParent().getParent());
    }
}
