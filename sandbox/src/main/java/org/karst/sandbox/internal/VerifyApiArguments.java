package org.karst.sandbox.internal;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The words after {@code verify-api}.
 *
 * @param requests how many are sent, 1 to 1,000,000
 * @param seed chooses them
 */
public record VerifyApiArguments(long requests, long seed) {
    private static final int DEFAULT_REQUESTS = 2_000;
    private static final int MOST_REQUESTS = 1_000_000;

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException with a sentence about the first wrong one
     */
    public static VerifyApiArguments parse(List<String> words) {
        long requests = DEFAULT_REQUESTS;
        long seed = ThreadLocalRandom.current().nextInt(MOST_REQUESTS);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            if (!option.equals("--requests") && !option.equals("--seed")) {
                throw new IllegalArgumentException("usage: verify-api [--requests N] [--seed S], not '" + word + "'");
            }
            String value = equals < 0 ? (++i < words.size() ? words.get(i) : "") : word.substring(equals + 1);
            if (!value.matches("[0-9]{1,9}")) {
                throw new IllegalArgumentException(option + " takes a number, not '" + value + "'");
            }
            long number = Long.parseLong(value);
            if (option.equals("--seed")) {
                seed = number;
            } else if (number < 1 || number > MOST_REQUESTS) {
                throw new IllegalArgumentException("--requests takes 1 to " + MOST_REQUESTS + ", not " + value);
            } else {
                requests = number;
            }
        }
        return new VerifyApiArguments(requests, seed);
    }
}
