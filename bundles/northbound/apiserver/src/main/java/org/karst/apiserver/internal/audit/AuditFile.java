package org.karst.apiserver.internal.audit;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Lines in {@code NAME}, {@code NAME.1} and so on, from the newest to the oldest, each with mode 0600. Used by one thread. */
final class AuditFile implements Closeable {
    private final Path path;
    private final long largest;
    private final int files;
    private OutputStream file = OutputStream.nullOutputStream();
    private OutputStream stream;
    private long size;

    AuditFile(Path path, long largest, int files) {
        this.path = path;
        this.largest = largest;
        this.files = files;
    }

    void write(byte[] line) throws IOException {
        if (stream != null && size > 0 && size + line.length > largest) {
            close();
            for (int number = files - 1; number > 0; number--) {
                if (Files.exists(numbered(number - 1))) {
                    Files.move(numbered(number - 1), numbered(number), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            if (files == 1) {
                Files.delete(path);
            }
        }
        if (stream == null) {
            open();
        }
        stream.write(line);
        stream.write('\n');
        size += line.length + 1;
    }

    private void open() throws IOException {
        if (!Files.exists(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        file = Files.newOutputStream(path, StandardOpenOption.APPEND);
        stream = new BufferedOutputStream(file);
        size = Files.size(path);
    }

    private Path numbered(int number) {
        return number == 0 ? path : path.resolveSibling(path.getFileName() + "." + number);
    }

    /** Brings what was written to the file; one that somebody has moved away is made anew by the next line. */
    void flush() throws IOException {
        if (stream != null) {
            stream.flush();
            if (!Files.exists(path)) {
                close();
            }
        }
    }

    /** After a failure: what waits to be written is given up, and the next line opens the file anew. */
    void abandon() {
        stream = null;
        try {
            file.close();
        } catch (IOException e) {
            // it has failed already, and that was told
            return;
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
