package org.karst.sandbox.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The words after {@code chaos}.
 *
 * @param length for how long disturbances begin, 1 to 1,440 minutes
 * @param seed chooses them
 */
public record ChaosArguments(Duration length, long seed) {
    private static final int DEFAULT_MINUTES = 3;
    private static final int MOST_MINUTES = 24 * 60;
    private static final int SEEDS = 1_000_000;

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException with a sentence about the first wrong one
     */
    public static ChaosArguments parse(List<String> words) {
        int minutes = DEFAULT_MINUTES;
        long seed = ThreadLocalRandom.current().nextInt(SEEDS);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            if (!option.equals("--minutes") && !option.equals("--seed")) {
                throw new IllegalArgumentException("usage: chaos [--minutes N] [--seed S], not '" + word + "'");
            }
            String value = equals < 0 ? (++i < words.size() ? words.get(i) : "") : word.substring(equals + 1);
            if (!value.matches("[0-9]{1,9}")) {
                throw new IllegalArgumentException(option + " takes a number, not '" + value + "'");
            }
            if (option.equals("--seed")) {
                seed = Long.parseLong(value);
            } else {
                minutes = Integer.parseInt(value);
                if (minutes < 1 || minutes > MOST_MINUTES) {
                    throw new IllegalArgumentException("--minutes takes 1 to " + MOST_MINUTES + ", not " + value);
                }
            }
        }
        return new ChaosArguments(Duration.ofMinutes(minutes), seed);
    }
}
