package org.karst.audit;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.karst.audit.internal.Destination;
import org.karst.audit.internal.Facility;

/**
 * What the log is told by its configuration.
 *
 * @param file the file of lines as OVN-Kubernetes writes them
 * @param json the file of JSON lines
 * @param fileSize bytes from which on a file is moved away, at least 1
 * @param files how many of each there are at most, at least 1
 * @param destination where lines go beside the files
 * @param facility the facility of messages to syslog
 */
record AuditSettings(Path file, Path json, long fileSize, int files, Destination destination, Facility facility) {
    private static final long MEGABYTE = 1_000_000;

    AuditSettings {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(json, "json");
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(facility, "facility");
        if (fileSize < 1) {
            throw new IllegalArgumentException("maxFileSize must be 1 or more megabytes");
        }
        if (files < 1) {
            throw new IllegalArgumentException("maxLogFiles must be 1 or more");
        }
    }

    /**
     * Reads the configuration's texts.
     *
     * @param maxFileSize in megabytes
     * @throws IllegalArgumentException with a sentence that names the setting
     */
    static AuditSettings of(String file, int maxFileSize, int maxLogFiles, String destination, String facility) {
        Path path = Path.of(file);
        return new AuditSettings(
                path,
                path.resolveSibling(path.getFileName().toString().replaceFirst("\\.log$", "") + ".json"),
                maxFileSize * MEGABYTE,
                maxLogFiles,
                read("destination", () -> Destination.parse(destination)),
                read("syslogFacility", () -> Facility.parse(facility)));
    }

    private static <T> T read(String setting, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
        }
    }
}
