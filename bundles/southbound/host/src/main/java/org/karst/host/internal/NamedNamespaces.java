package org.karst.host.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.karst.host.HostException;

/** Namespaces with a name: a bind mount of the namespace file over an empty file, the convention of {@code ip netns} (ip-netns(8)). */
public final class NamedNamespaces {
    public static final Path DIRECTORY = Path.of("/run/netns");
    /** Not /proc/self: that is the namespace of the main thread. */
    public static final Path OF_THIS_THREAD = Path.of("/proc/thread-self/ns/net");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}");

    private NamedNamespaces() {}

    public static Path path(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\"" + name
                            + "\" is no name of a network namespace: letters, digits, '_', '.', '-', not starting with '.' or '-'");
        }
        return DIRECTORY.resolve(name);
    }

    public static void create(String name) throws HostException {
        Path path = path(name);
        shareDirectory();
        int file = LibC.open(path.toString(), LibC.O_RDONLY | LibC.O_CREAT | LibC.O_EXCL | LibC.O_CLOEXEC, 0);
        if (file < 0) {
            throw new HostException("create network namespace " + name, LibC.errno(), "");
        }
        LibC.close(file);
        Failure failure = new Failure();
        Thread thread = new Thread(
                () -> {
                    if (LibC.unshare(LibC.CLONE_NEWNET) != 0
                            || LibC.mount(OF_THIS_THREAD.toString(), path.toString(), "none", LibC.MS_BIND, null)
                                    != 0) {
                        failure.errno = LibC.errno();
                    }
                },
                "new netns " + name);
        thread.start();
        join(thread);
        if (failure.errno != 0) {
            path.toFile().delete();
            throw new HostException("create network namespace " + name, failure.errno, "");
        }
    }

    public static boolean delete(String name) throws HostException {
        Path path = path(name);
        int unmounted = LibC.umount2(path.toString(), LibC.MNT_DETACH);
        if (unmounted != 0 && LibC.errno() != LibC.EINVAL && LibC.errno() != LibC.ENOENT) {
            throw new HostException("delete network namespace " + name, LibC.errno(), "");
        }
        try {
            return Files.deleteIfExists(path);
        } catch (IOException refused) {
            throw new HostException("cannot delete " + path + ": " + refused.getMessage());
        }
    }

    /**
     * Makes the directory a shared mount, so that the removal of a name reaches other mount namespaces: else a process that
     * copied the mounts would keep the network namespace alive.
     */
    private static void shareDirectory() throws HostException {
        String directory = DIRECTORY.toString();
        try {
            Files.createDirectory(
                    DIRECTORY, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (FileAlreadyExistsException present) {
            // Made before, by us or by ip(8).
        } catch (IOException refused) {
            throw new HostException("cannot create " + directory + ": " + refused.getMessage());
        }
        if (LibC.mount("", directory, "none", LibC.MS_SHARED | LibC.MS_REC, null) == 0) {
            return;
        }
        // EINVAL: it is no mount point yet.
        if (LibC.errno() != LibC.EINVAL
                || LibC.mount(directory, directory, "none", LibC.MS_BIND | LibC.MS_REC, null) != 0
                || LibC.mount("", directory, "none", LibC.MS_SHARED | LibC.MS_REC, null) != 0) {
            throw new HostException("share the mount " + directory, LibC.errno(), "");
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException interruption) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Failure {
        private int errno;
    }
}
