package org.karst.sandbox.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The words after {@code verify}.
 *
 * @param directory of the cases, or one file
 * @param packets whether real packets are sent; else flows are traced
 * @param jobs lines asked at a time, 1 to 256
 * @param json whether the answer is a JSON document
 */
public record VerifyArguments(Path directory, boolean packets, int jobs, boolean json) {
    private static final int DEFAULT_JOBS_BY_TRACE = 4;
    private static final int DEFAULT_JOBS_BY_PACKETS = 64;
    private static final int MOST_JOBS = 256;

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException with a sentence about the first wrong one
     */
    public static VerifyArguments parse(List<String> words) {
        Optional<Path> directory = Optional.empty();
        boolean packets = false;
        boolean json = false;
        int jobs = 0;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            switch (word) {
                case "--trace" -> packets = false;
                case "--packets" -> packets = true;
                case "--json" -> json = true;
                case "--jobs" -> {
                    i++;
                    jobs = jobs(i < words.size() ? words.get(i) : "");
                }
                default -> {
                    if (word.startsWith("--jobs=")) {
                        jobs = jobs(word.substring("--jobs=".length()));
                    } else if (word.startsWith("-")) {
                        throw new IllegalArgumentException("there is no option " + word);
                    } else if (directory.isPresent()) {
                        throw new IllegalArgumentException("verify takes one directory, not also '" + word + "'");
                    } else {
                        directory = Optional.of(Path.of(word));
                    }
                }
            }
        }
        int standard = packets ? DEFAULT_JOBS_BY_PACKETS : DEFAULT_JOBS_BY_TRACE;
        return new VerifyArguments(
                directory.orElseThrow(() ->
                        new IllegalArgumentException("usage: verify DIR [--trace|--packets] [--jobs N] [--json]")),
                packets,
                jobs == 0 ? standard : jobs,
                json);
    }

    private static int jobs(String text) {
        if (!text.matches("[1-9][0-9]{0,2}") || Integer.parseInt(text) > MOST_JOBS) {
            throw new IllegalArgumentException("--jobs takes a number from 1 to " + MOST_JOBS + ", not '" + text + "'");
        }
        return Integer.parseInt(text);
    }
}
