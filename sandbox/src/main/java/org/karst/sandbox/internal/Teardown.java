package org.karst.sandbox.internal;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.karst.host.HostException;
import org.karst.host.NetworkNamespace;
import org.karst.host.internal.NamedNamespaces;
import org.karst.sandbox.SandboxException;

/** Undoes what the journal of a state directory announces. May run again and again, after a crash at any step, its own included. */
public final class Teardown {
    /** The server saves its class archive when it ends for the first time. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Teardown() {}

    /** Leaves no process, namespace, link or file of the sandbox in {@code state}. */
    public static void run(Path state) throws IOException, InterruptedException {
        List<Journal.Entry> made = Journal.read(journal(state));
        endProcesses(made);
        Set<String> names = new LinkedHashSet<>();
        for (Journal.Entry entry : made) {
            if (entry.kind() == Journal.Kind.NAMESPACE) {
                names.add(entry.name());
            }
        }
        endInside(names);
        List<String> refusals = new ArrayList<>();
        for (String name : names) {
            try {
                NetworkNamespace.delete(name);
            } catch (HostException refusal) {
                refusals.add(refusal.getMessage());
            }
        }
        if (!refusals.isEmpty()) {
            // The journal stays, so that the next attempt knows what is left.
            throw new SandboxException(String.join("; ", refusals));
        }
        deleteTree(state);
    }

    public static Path journal(Path state) {
        return state.resolve("made");
    }

    private static void endProcesses(List<Journal.Entry> made) throws InterruptedException {
        List<Long> ours = new ArrayList<>();
        for (Journal.Entry entry : made) {
            if (entry.kind() == Journal.Kind.PROCESS) {
                String[] identity = entry.name().split(" ", -1);
                long process = Long.parseLong(identity[0]);
                if (process != ProcessHandle.current().pid()
                        && identity.length == 2
                        && Processes.startTime(process).equals(Optional.of(identity[1]))) {
                    ours.add(process);
                }
            }
        }
        Processes.end(ours, Duration.ofSeconds(2));
    }

    /** Ends what lives in the namespaces, again until nothing is found: a process may start another meanwhile. */
    private static void endInside(Set<String> names) throws IOException, InterruptedException {
        Set<String> identities = new LinkedHashSet<>();
        for (String name : names) {
            Processes.namespaceIdentity(NamedNamespaces.path(name)).ifPresent(identities::add);
        }
        for (int attempt = 0; attempt < 5; attempt++) {
            List<Long> inside = Processes.inside(identities);
            if (inside.isEmpty()) {
                return;
            }
            Processes.end(inside, attempt == 0 ? PATIENCE : Duration.ZERO);
        }
        throw new SandboxException(
                "processes in the namespaces of the sandbox do not end: " + Processes.inside(identities));
    }

    /** Deletes a directory with all that is in it, if it is there. */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        Path journal = journal(root);
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // Last of all, so that a crash in the middle leaves a directory that is known as ours.
                if (!file.equals(journal)) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (directory.equals(root)) {
                    Files.deleteIfExists(journal);
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
