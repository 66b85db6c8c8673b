package org.karst.apiserver.internal.access;

import java.util.Optional;

/** Yes or no in a query, with the spellings of the real server; the one reader of it, so that nobody is let in by one and served by another. */
public final class Flag {
    private Flag() {}

    /** What a value says; empty if it is neither. */
    public static Optional<Boolean> parse(String text) {
        return switch (text) {
            case "", "1", "t", "T", "true", "TRUE", "True" -> Optional.of(true);
            case "0", "f", "F", "false", "FALSE", "False" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
