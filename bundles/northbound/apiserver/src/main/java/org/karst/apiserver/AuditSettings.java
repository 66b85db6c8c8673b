package org.karst.apiserver;

import java.util.Arrays;
import java.util.Locale;

/**
 * Which requests are written down, and how much is kept of that.
 *
 * @param level which
 * @param fileSize bytes from which on a file is moved out of the way
 * @param files how many are kept, the one that is being written included
 */
public record AuditSettings(Level level, long fileSize, int files) {
    /** What changes something, 80 MiB of it at most. */
    public static final AuditSettings DEFAULT = new AuditSettings(Level.CHANGES, 16L * 1024 * 1024, 5);

    /** Which requests. */
    public enum Level {
        /** None. */
        OFF,
        /** Those that ask for more than to read, and those that are refused for who asks. */
        CHANGES,
        /** All. */
        ALL;

        /**
         * Reads one as people write it.
         *
         * @throws IllegalArgumentException with a sentence that names them all
         */
        public static Level parse(String text) {
            return Arrays.stream(values())
                    .filter(level -> level.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException("audit is one of off, changes and all, not '" + text + "'"));
        }
    }

    public AuditSettings {
        if (fileSize < 1024 || files < 1) {
            throw new IllegalArgumentException("an audit log of the API server has 1 file of 1024 bytes at least, not "
                    + files + " of " + fileSize);
        }
    }
}
