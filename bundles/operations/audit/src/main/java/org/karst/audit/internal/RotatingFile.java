package org.karst.audit.internal;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file of lines that is moved out of the way when it has reached a size: {@code name}, {@code name.1}, {@code name.2} … from
 * the newest to the oldest. It has mode 0640, because it tells who talks to whom.
 */
public final class RotatingFile implements Closeable {
    private static final String MODE = "rw-r-----";

    private final Path path;
    private final long largest;
    private final int files;
    private OutputStream stream;
    private long size;

    /**
     * A file that is opened when the first line comes; what it holds already stays.
     *
     * @param largest bytes from which on it is moved, at least 1
     * @param files how many there are at most, the one that is being written included; at least 1
     */
    public RotatingFile(Path path, long largest, int files) {
        this.path = path;
        this.largest = largest;
        this.files = files;
    }

    /** Adds a line; it is in the file after {@link #flush}. */
    public void write(String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        if (stream == null) {
            open();
        }
        if (size > 0 && size + bytes.length > largest) {
            close();
            rotate();
            open();
        }
        stream.write(bytes);
        size += bytes.length;
    }

    private void open() throws IOException {
        if (path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
        if (!Files.exists(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE)));
            // The process's mask may have taken bits that the group shall have.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(MODE));
        }
        stream = new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.APPEND));
        size = Files.size(path);
    }

    private void rotate() throws IOException {
        Files.deleteIfExists(numbered(files - 1));
        for (int number = files - 2; number >= 0; number--) {
            if (Files.exists(numbered(number))) {
                Files.move(numbered(number), numbered(number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path numbered(int number) {
        return number == 0 ? path : path.resolveSibling(path.getFileName() + "." + number);
    }

    /** Brings what was written to the file; a file that somebody else has moved away is made anew by the next line. */
    public void flush() throws IOException {
        if (stream != null) {
            stream.flush();
            if (!Files.exists(path)) {
                close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (stream != null) {
            OutputStream closed = stream;
            stream = null;
            closed.close();
        }
    }
}
