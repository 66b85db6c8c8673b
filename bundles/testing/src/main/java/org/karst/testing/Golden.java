package org.karst.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files with the expected flows, which a person reads in a review. */
public final class Golden {
    private Golden() {}

    /**
     * Compares lines with a file under {@code src/test/golden}. With {@code -Dgolden=write} the file is written instead.
     *
     * @throws AssertionError with the first line that differs, and how to accept the change
     */
    public static void check(String name, List<String> lines) {
        Path file = Path.of("src", "test", "golden", name);
        try {
            if ("write".equals(System.getProperty("golden"))) {
                Files.createDirectories(file.getParent());
                Files.write(file, lines);
                return;
            }
            List<String> expected = Files.readAllLines(file);
            for (int i = 0; i < Math.max(expected.size(), lines.size()); i++) {
                String wanted = i < expected.size() ? expected.get(i) : "(end)";
                String found = i < lines.size() ? lines.get(i) : "(end)";
                if (!wanted.equals(found)) {
                    throw new AssertionError(file + ":" + (i + 1) + "\n  expected " + wanted + "\n  found    " + found
                            + "\nrun the test with -Dgolden=write if the change is meant");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + "; run the test with -Dgolden=write to make it", e);
        }
    }
}
