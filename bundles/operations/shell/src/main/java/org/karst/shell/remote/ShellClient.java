package org.karst.shell.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The other end of {@link ShellSocket}, run by {@code bin/karst-shell} as a program of its own. It needs the JDK alone and moves
 * bytes; the script has put the terminal into raw mode before, and puts it back after.
 */
public final class ShellClient {

    /** Exit status when the server cannot be reached, as in sysexits(3): EX_UNAVAILABLE. */
    static final int UNAVAILABLE = 69;

    private ShellClient() {}

    /**
     * Usage: {@code ShellClient SOCKET run COMMAND} or {@code ShellClient SOCKET open TERMINAL COLUMNS ROWS}.
     *
     * @param arguments the path of the socket, then the words of the request
     */
    public static void main(String... arguments) {
        if (arguments.length < 2) {
            System.err.println("usage: ShellClient SOCKET run COMMAND | open TERMINAL COLUMNS ROWS");
            System.exit(2);
        }
        String[] words = Arrays.copyOfRange(arguments, 1, arguments.length);
        System.exit(talk(Path.of(arguments[0]), String.join(" ", words), System.in, System.out, System.err));
    }

    /** Sends one request, then input to the server and its answer to output until it ends; returns the exit status. */
    static int talk(Path socket, String request, InputStream input, PrintStream output, PrintStream errors) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            OutputStream toServer = SocketStreams.output(channel);
            Request parsed = Request.parse(request.replaceAll("[\\r\\n]+", " "));
            toServer.write(parsed.line().getBytes(StandardCharsets.UTF_8));
            if (parsed.command().isEmpty()) {
                Thread keys = new Thread(() -> copyKeys(input, toServer, channel), "karst-shell-keys");
                keys.setDaemon(true);
                keys.start();
            }
            return copyAnswer(
                    SocketStreams.input(channel), output, parsed.command().isPresent());
        } catch (IllegalArgumentException e) {
            errors.println("karst-shell: " + e.getMessage());
            return 2;
        } catch (IOException e) {
            errors.println("karst-shell: no server answers at " + socket + " (" + e.getMessage()
                    + "). Is it running, and are you its user or root?");
            return UNAVAILABLE;
        }
    }

    private static void copyKeys(InputStream input, OutputStream toServer, SocketChannel channel) {
        try {
            input.transferTo(toServer);
            channel.shutdownOutput();
        } catch (IOException e) {
            // The server has ended the session; the thread that reads its answer sees that as well and says so.
            return;
        }
    }

    private static int copyAnswer(InputStream answer, PrintStream output, boolean withStatus) throws IOException {
        byte[] buffer = new byte[8192];
        for (int length = answer.read(buffer); length >= 0; length = answer.read(buffer)) {
            int end = withStatus ? indexOfNul(buffer, length) : length;
            output.write(buffer, 0, end);
            output.flush();
            if (end < length) {
                return (end + 1 < length ? buffer[end + 1] : answer.read()) - '0';
            }
        }
        return withStatus ? UNAVAILABLE : 0;
    }

    private static int indexOfNul(byte[] buffer, int length) {
        for (int i = 0; i < length; i++) {
            if (buffer[i] == 0) {
                return i;
            }
        }
        return length;
    }
}
