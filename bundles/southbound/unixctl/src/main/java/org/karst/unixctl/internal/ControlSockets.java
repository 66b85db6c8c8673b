package org.karst.unixctl.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.karst.unixctl.ControlException;
import org.karst.unixctl.ControlSocket;
import org.karst.unixctl.SwitchControl;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/** The control sockets of the nodes, by a pattern of their names. Each question has a connection of its own and few seconds. */
@Component(
        service = SwitchControl.class,
        configurationPid = "org.karst.unixctl",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ControlSockets implements SwitchControl, AutoCloseable {
    private static final String SCHEME = "unix:";
    private static final String NODE = "{node}";
    private static final String PID = "{pid}";
    private static final String PID_FILE = "ovs-vswitchd.pid";
    private static final int AT_ONCE = 4;
    private static final int WAITING = 200;
    private static final long PATIENCE_SECONDS = 10;

    /** {@code etc/org.karst.unixctl.cfg}. */
    public @interface Configuration {
        /**
         * Where the ovs-vswitchd of a node listens for commands: unix:FILE. {node} stands for the node's name, {pid} for what the
         * file ovs-vswitchd.pid in the same folder says.
         */
        String endpoint() default "unix:/run/openvswitch/ovs-vswitchd.{pid}.ctl";
    }

    private final String pattern;
    private final ExecutorService asking;

    @Activate
    public ControlSockets(Configuration configuration) {
        this(configuration.endpoint());
    }

    /** Asks at these places; for the pattern see {@link Configuration#endpoint}. */
    public ControlSockets(String endpoint) {
        if (!endpoint.startsWith(SCHEME + "/")) {
            throw new IllegalArgumentException(
                    "org.karst.unixctl: endpoint = '" + endpoint + "' is no control socket: expected unix:FILE");
        }
        pattern = endpoint.substring(SCHEME.length());
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                AT_ONCE, AT_ONCE, PATIENCE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
                    Thread made = new Thread(task, "karst-switch-control");
                    made.setDaemon(true);
                    return made;
                });
        threads.allowCoreThreadTimeOut(true);
        asking = threads;
    }

    @Override
    @Deactivate
    public void close() {
        asking.shutdownNow();
    }

    @Override
    public CompletionStage<String> call(String node, String method, String... arguments) {
        try {
            return CompletableFuture.supplyAsync(() -> ask(node, method, arguments), asking);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(
                    new ControlException("too many questions to switches are waiting; ask again later", full));
        }
    }

    private String ask(String node, String method, String... arguments) {
        try (ControlSocket socket = new ControlSocket(place(node))) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).exceptionally(late -> close(socket));
            try {
                return socket.call(method, arguments);
            } finally {
                end.complete(null);
            }
        } catch (IOException e) {
            throw new CompletionException(
                    new ControlException("the switch of node " + node + " cannot be asked: " + e.getMessage(), e));
        }
    }

    private static Void close(ControlSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
        return null;
    }

    private Path place(String node) throws IOException {
        if (node.contains("/")) {
            throw new ControlException("'" + node + "' is no name of a node");
        }
        Path path = Path.of(pattern.replace(NODE, node));
        String file = path.getFileName().toString();
        return file.contains(PID)
                ? path.resolveSibling(file.replace(
                        PID, Files.readString(path.resolveSibling(PID_FILE)).strip()))
                : path;
    }
}
