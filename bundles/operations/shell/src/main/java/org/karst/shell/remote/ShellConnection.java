package org.karst.shell.remote;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client from its request to its end. */
final class ShellConnection implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ShellConnection.class);

    private final SocketChannel client;
    private final SessionFactory sessions;
    private final Consumer<ShellConnection> ended;

    ShellConnection(SocketChannel client, SessionFactory sessions, Consumer<ShellConnection> ended) {
        this.client = client;
        this.sessions = sessions;
        this.ended = ended;
    }

    /** Ends the session from outside. */
    void close() {
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("A shell session did not close cleanly", e);
        }
    }

    @Override
    public void run() {
        try (client) {
            InputStream input = SocketStreams.input(client);
            PrintStream output = new PrintStream(
                    new BufferedOutputStream(SocketStreams.output(client)), true, StandardCharsets.UTF_8);
            serve(input, output);
            output.flush();
        } catch (IOException e) {
            LOG.debug("A shell session ended: {}", e.getMessage());
        } finally {
            ended.accept(this);
        }
    }

    private void serve(InputStream input, PrintStream output) throws IOException {
        Request request;
        try {
            request = Request.read(input);
        } catch (IllegalArgumentException e) {
            output.print("The server's shell did not understand: " + e.getMessage() + ".\n\0002");
            return;
        }
        if (request.command().isPresent()) {
            boolean well = execute(request.command().get(), input, output);
            output.print(well ? "\0000" : "\0001");
        } else {
            interact(request, input, output);
        }
    }

    /** Runs one command; a failure of it is told in the output. */
    private boolean execute(String command, InputStream input, PrintStream output) {
        Session session = sessions.create(InputStream.nullInputStream(), output, output);
        Thread watch = new Thread(() -> endWithItsClient(input, session), "karst-shell-watch");
        watch.setDaemon(true);
        watch.start();
        try {
            Object result = session.execute(command);
            if (result != null) {
                output.println(result);
            }
            return true;
        } catch (Exception e) {
            // A command is code of anybody: what it throws is its answer, and must not end more than this session.
            output.println(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
            return false;
        } finally {
            session.close();
        }
    }

    /** A client of {@code run} sends nothing after its request: what comes here is its end. */
    private static void endWithItsClient(InputStream input, Session session) {
        try {
            input.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("A shell session ended: {}", e.getMessage());
        }
        session.close();
    }

    private void interact(Request request, InputStream input, PrintStream output) throws IOException {
        try (SocketTerminal terminal = new SocketTerminal(request, input, output)) {
            PrintStream screen = new PrintStream(terminal.output(), true, StandardCharsets.UTF_8);
            Session session = sessions.create(input, screen, screen, terminal, "UTF-8", this::close);
            session.put("USER", "karst");
            // An end of input ends this session; without this, it would end the server.
            session.put(Session.IS_LOCAL, false);
            session.run();
        }
    }
}
