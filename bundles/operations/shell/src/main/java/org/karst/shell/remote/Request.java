package org.karst.shell.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a client asks for with its first line.
 *
 * @param command the command of {@code run}; empty for {@code open}, an interactive session
 * @param terminal type of the client's terminal, as in terminfo(5), such as {@code xterm-256color}
 * @param columns width of the terminal in characters, 1 to 10,000
 * @param rows height of the terminal in lines, 1 to 10,000
 */
record Request(Optional<String> command, String terminal, int columns, int rows) {

    /** Longest accepted first line in bytes: long enough for any command that a person or a script writes. */
    static final int MAXIMUM_LINE = 65_536;

    private static final int LARGEST_SIDE = 10_000;

    Request {
        if (columns < 1 || columns > LARGEST_SIDE || rows < 1 || rows > LARGEST_SIDE) {
            throw new IllegalArgumentException(
                    "the terminal is " + columns + " x " + rows + "; each side must be 1 to " + LARGEST_SIDE);
        }
        if (!terminal.matches("[A-Za-z0-9+._-]{1,64}")) {
            throw new IllegalArgumentException("the terminal's type is not a name of terminfo(5)");
        }
    }

    /** One command, without a terminal. */
    static Request run(String command) {
        return new Request(Optional.of(command), "dumb", 160, 50);
    }

    /** An interactive session. */
    static Request open(String terminal, int columns, int rows) {
        return new Request(Optional.empty(), terminal, columns, rows);
    }

    /**
     * Reads the first line and nothing beyond it.
     *
     * @throws IllegalArgumentException if the line is not a request; the message is for the client
     * @throws IOException if the client ends before the line does
     */
    static Request read(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new IOException("the client went away before its request was complete");
            }
            if (line.size() == MAXIMUM_LINE) {
                throw new IllegalArgumentException("the request is longer than " + MAXIMUM_LINE + " bytes");
            }
            line.write(next);
        }
        return parse(line.toString(StandardCharsets.UTF_8));
    }

    /** The opposite of {@link #line()}. */
    static Request parse(String line) {
        if (line.startsWith("run ")) {
            return run(line.substring("run ".length()));
        }
        String[] words = line.split(" ", -1);
        if (words.length != 4 || !words[0].equals("open")) {
            throw new IllegalArgumentException("the request must be 'run COMMAND' or 'open TERMINAL COLUMNS ROWS'");
        }
        return open(words[1], number(words[2]), number(words[3]));
    }

    /** The request as the line that a client sends, with its end. A command's own line ends become spaces. */
    String line() {
        return command.map(text -> "run " + text.replaceAll("[\\r\\n]+", " "))
                        .orElseGet(() -> "open " + terminal + " " + columns + " " + rows)
                + "\n";
    }

    private static int number(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + word + "' is not a number of columns or rows", e);
        }
    }
}
