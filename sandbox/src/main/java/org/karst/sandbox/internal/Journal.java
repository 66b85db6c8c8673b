package org.karst.sandbox.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file that says what the sandbox made, one line each, appended <em>before</em> the thing is made. A line that was cut by a
 * crash is ignored: what it was about to announce does not exist.
 */
public final class Journal implements AutoCloseable {
    /** What a line can be about. */
    public enum Kind {
        /** A named network namespace, with all links and processes in it. */
        NAMESPACE,
        /** A process outside our namespaces: number and start time ({@code PID START}, from proc(5)). */
        PROCESS
    }

    /**
     * One line.
     *
     * @param kind what was made
     * @param name of the namespace, or number and start time of the process
     */
    public record Entry(Kind kind, String name) {}

    private final FileChannel file;

    private Journal(FileChannel file) {
        this.file = file;
    }

    public static Journal open(Path path) throws IOException {
        return new Journal(
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    }

    /** Announces what is about to be made. */
    public synchronized void add(Kind kind, String name) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((kind + " " + name + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            file.write(line);
        }
    }

    /** What was announced, in order. */
    public static List<Entry> read(Path path) throws IOException {
        List<Entry> entries = new ArrayList<>();
        if (Files.exists(path)) {
            String text = Files.readString(path);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            whole.lines().map(Journal::entry).flatMap(Optional::stream).forEach(entries::add);
        }
        return entries;
    }

    private static Optional<Entry> entry(String line) {
        for (Kind kind : Kind.values()) {
            if (line.startsWith(kind + " ")) {
                return Optional.of(new Entry(kind, line.substring(kind.name().length() + 1)));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
