package org.karst.apiserver.internal.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.karst.apiserver.ApiServerSettings.Owner;

/** Files and directories that nobody else may read. */
public final class PrivateFiles {
    private PrivateFiles() {}

    /** Makes a directory with mode 0700, with its parents, unless it is there. */
    public static void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** What a file shall hold. */
    @FunctionalInterface
    private interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Puts a file with mode 0600 in place, whole or not at all, also across a crash. */
    static void write(Path file, byte[] content, Optional<Owner> owner) throws IOException {
        place(file, owner, channel -> {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        });
    }

    /** Copies a file to one with mode 0600, whole or not at all, also across a crash. */
    public static void copy(Path from, Path file) throws IOException {
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ)) {
            place(file, Optional.empty(), channel -> {
                long length = source.size();
                for (long at = 0; at < length; ) {
                    at += source.transferTo(at, length - at, channel);
                }
            });
        }
    }

    private static void place(Path file, Optional<Owner> owner, Content content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path fresh = Files.createTempFile(
                directory,
                ".karst-",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            if (owner.isPresent()) {
                Files.setAttribute(fresh, "unix:uid", owner.get().uid());
                Files.setAttribute(fresh, "unix:gid", owner.get().gid());
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
