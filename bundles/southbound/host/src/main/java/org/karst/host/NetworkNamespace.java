package org.karst.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.karst.host.internal.LibC;
import org.karst.host.internal.NamedNamespaces;

/**
 * A network namespace (network_namespaces(7)) held open by a file descriptor, so that it cannot vanish or be mistaken for
 * a successor under the same path.
 *
 * <p>A network namespace is a property of a kernel thread. Work inside one therefore runs on a thread that entered it by
 * setns(2) and that ends with the work: no thread of a pool is ever left in a namespace where it does not belong. A
 * socket keeps the namespace in which it was made, whichever thread uses it later.
 */
public final class NetworkNamespace implements AutoCloseable {
    private final String label;
    private final int descriptor;
    private boolean open = true;

    private NetworkNamespace(String label, int descriptor) {
        this.label = label;
        this.descriptor = descriptor;
    }

    /** Work that is done inside a namespace. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run(NamespaceSession inside) throws E, IOException;
    }

    /** {@link Work} without a result. */
    @FunctionalInterface
    public interface Action<E extends Exception> {
        void run(NamespaceSession inside) throws E, IOException;
    }

    /** The namespace at a path such as {@code /proc/4711/ns/net} or {@code /run/netns/blue}. */
    public static NetworkNamespace open(Path path) throws HostException {
        int descriptor = LibC.open(path.toString(), LibC.O_RDONLY | LibC.O_CLOEXEC, 0);
        if (descriptor < 0) {
            throw new HostException("open network namespace " + path, LibC.errno(), "");
        }
        return new NetworkNamespace(path.toString(), descriptor);
    }

    /** The namespace of the calling thread. */
    public static NetworkNamespace current() throws HostException {
        return open(NamedNamespaces.OF_THIS_THREAD);
    }

    /** A namespace that {@link #create} or {@code ip netns add} made. */
    public static NetworkNamespace named(String name) throws HostException {
        return open(NamedNamespaces.path(name));
    }

    /**
     * Makes a namespace that is kept alive by a bind mount at {@code /run/netns/NAME}, as {@code ip netns add} does, so that
     * the tools of the operator find it. Its loopback link is down.
     */
    public static NetworkNamespace create(String name) throws HostException {
        NamedNamespaces.create(name);
        return named(name);
    }

    /**
     * Removes the name. The namespace itself, with all its links, ends when the last process, socket and descriptor in it
     * is gone.
     *
     * @return false when there was none
     */
    public static boolean delete(String name) throws HostException {
        return NamedNamespaces.delete(name);
    }

    /** The names under {@code /run/netns}. */
    public static SortedSet<String> names() throws IOException {
        if (!Files.isDirectory(NamedNamespaces.DIRECTORY)) {
            return new TreeSet<>();
        }
        try (Stream<Path> entries = Files.list(NamedNamespaces.DIRECTORY)) {
            SortedSet<String> names = new TreeSet<>();
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
            return names;
        }
    }

    /**
     * Runs {@code work} inside this namespace on a thread of its own and waits for it, whatever interrupts the caller (the
     * interrupt is passed on to the work and kept for the caller).
     */
    public <T, E extends Exception> T call(Work<T, E> work) throws E, IOException {
        Entry<T, E> entry = new Entry<>(work);
        Thread thread = new Thread(entry, "netns " + label);
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException interruption) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return entry.outcome();
    }

    /** {@link #call} for work without a result. */
    public <E extends Exception> void run(Action<E> action) throws E, IOException {
        this.<Boolean, E>call(inside -> {
            action.run(inside);
            return true;
        });
    }

    /** Makes daemon threads that live in this namespace for good: for servers and for executors of their own. */
    public ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(
                    () -> {
                        try {
                            enter().close();
                        } catch (HostException refused) {
                            throw new IllegalStateException(refused.getMessage(), refused);
                        }
                        task.run();
                    },
                    name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Moves the calling thread into this namespace for good. Only for a thread that was made for this and ends here; for
     * everything else there is {@link #call}.
     */
    public NamespaceSession enter() throws HostException {
        if (LibC.setns(descriptor(), LibC.CLONE_NEWNET) != 0) {
            throw new HostException("enter network namespace " + label, LibC.errno(), "");
        }
        return new NamespaceSession();
    }

    /** For requests that name a namespace; valid until {@link #close}. */
    synchronized int descriptor() throws HostException {
        if (!open) {
            throw new HostException("network namespace " + label + " is closed");
        }
        return descriptor;
    }

    /** Gives up the descriptor; the namespace lives on as long as something else holds it. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            LibC.close(descriptor);
        }
    }

    /** The path or name it was opened by. */
    @Override
    public String toString() {
        return label;
    }

    private final class Entry<T, E extends Exception> implements Runnable {
        private final Work<T, E> work;
        private T result;
        private Throwable failure;

        Entry(Work<T, E> work) {
            this.work = work;
        }

        @Override
        public void run() {
            try {
                try (NamespaceSession inside = enter()) {
                    result = work.run(inside);
                }
            } catch (Throwable thrown) {
                failure = thrown;
            }
        }

        @SuppressWarnings("unchecked")
        T outcome() throws E, IOException {
            if (failure == null) {
                return result;
            }
            if (failure instanceof IOException) {
                throw (IOException) failure;
            }
            if (failure instanceof RuntimeException) {
                throw (RuntimeException) failure;
            }
            if (failure instanceof Error) {
                throw (Error) failure;
            }
            throw (E) failure;
        }
    }
}
