package org.karst.shell.remote;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts shell sessions on {@code shell.sock} in the server's data folder. */
@Component(
        service = {},
        immediate = true)
public final class ShellSocket {

    /** Sessions at one time; a further one is told so and closed. */
    public static final int MAXIMUM_SESSIONS = 16;

    /** Longest path of a Unix socket, from unix(7): sun_path without its end. */
    private static final int LONGEST_PATH = 107;

    private static final Logger LOG = LoggerFactory.getLogger(ShellSocket.class);

    private final SessionFactory sessions;
    private final Path path;
    private final ServerSocketChannel acceptor;
    private final Set<ShellConnection> open = ConcurrentHashMap.newKeySet();

    /** Binds the socket; the container calls this when its shell is there. */
    @Activate
    public ShellSocket(BundleContext context, @Reference SessionFactory sessions) throws IOException {
        this(Path.of(context.getProperty("karaf.data")).resolve("shell.sock"), sessions);
    }

    ShellSocket(Path path, SessionFactory sessions) throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new IOException("the path of the shell's socket is longer than " + LONGEST_PATH
                    + " bytes, which Unix sockets do not allow: " + path + ". Choose a shorter data folder.");
        }
        this.path = path;
        this.sessions = sessions;
        // The lock of the data folder makes sure that a socket found here is of a process that is gone.
        Files.deleteIfExists(path);
        acceptor = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        acceptor.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        Thread thread = new Thread(this::acceptAll, "karst-shell-acceptor");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends all sessions and removes the socket. */
    @Deactivate
    public void close() throws IOException {
        acceptor.close();
        Files.deleteIfExists(path);
        open.forEach(ShellConnection::close);
    }

    private void acceptAll() {
        while (acceptor.isOpen()) {
            try {
                accept(acceptor.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("A shell session could not be accepted: {}", e.getMessage());
            }
        }
    }

    private void accept(SocketChannel client) throws IOException {
        if (open.size() >= MAXIMUM_SESSIONS) {
            try (client) {
                client.write(
                        ByteBuffer.wrap(("There are " + MAXIMUM_SESSIONS + " sessions already; end one of them.\n\0001")
                                .getBytes(StandardCharsets.UTF_8)));
            }
            return;
        }
        ShellConnection connection = new ShellConnection(client, sessions, open::remove);
        open.add(connection);
        Thread thread = new Thread(connection, "karst-shell-session");
        thread.setDaemon(true);
        thread.start();
    }
}
