package org.karst.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {
    @TempDir
    private Path directory;

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theOldestGoesWhenThereAreTooMany() throws Exception {
        Path path = directory.resolve("a.log");
        try (RotatingFile file = new RotatingFile(path, 20, 3)) {
            for (int i = 10; i < 20; i++) {
                file.write("line " + i); // eight bytes with its end: two fit
            }
        }
        assertThat(names()).containsExactly("a.log", "a.log.1", "a.log.2");
        assertThat(Files.readAllLines(path)).containsExactly("line 18", "line 19");
        assertThat(Files.readAllLines(directory.resolve("a.log.1"))).containsExactly("line 16", "line 17");
        assertThat(Files.readAllLines(directory.resolve("a.log.2"))).containsExactly("line 14", "line 15");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a.log.2"))))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aLongLineHasAFileOfItsOwnAndOneFileIsEnough() throws Exception {
        Path path = directory.resolve("a.log");
        try (RotatingFile file = new RotatingFile(path, 10, 1)) {
            file.write("x");
            file.write("y".repeat(50));
            file.write("z");
        }
        assertThat(names()).containsExactly("a.log");
        assertThat(Files.readAllLines(path)).containsExactly("z");
    }

    @Test
    void whatIsThereStaysAndCounts() throws Exception {
        Path path = directory.resolve("new").resolve("a.log");
        for (String line : List.of("first", "second", "third")) {
            try (RotatingFile file = new RotatingFile(path, 13, 9)) {
                file.write(line);
            }
        }
        assertThat(Files.readAllLines(path)).containsExactly("third");
        assertThat(Files.readAllLines(path.resolveSibling("a.log.1"))).containsExactly("first", "second");
    }

    @Test
    void aFileThatSomebodyMovesAwayIsMadeAnew() throws Exception {
        Path path = directory.resolve("a.log");
        try (RotatingFile file = new RotatingFile(path, 1_000, 2)) {
            file.write("one");
            file.flush();
            Files.move(path, directory.resolve("moved"));
            file.write("two");
            file.flush();
            file.write("three");
            file.flush();
        }
        assertThat(Files.readAllLines(directory.resolve("moved"))).containsExactly("one", "two");
        assertThat(Files.readAllLines(path)).containsExactly("three");
    }
}
