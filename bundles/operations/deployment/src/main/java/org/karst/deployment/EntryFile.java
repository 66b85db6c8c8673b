package org.karst.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.UnaryOperator;

/** A file of entries that people and the server edit. Without the file there are none. */
final class EntryFile {
    private final Path path;

    EntryFile(Path path) {
        this.path = path;
    }

    Entries read() throws IOException {
        return new Entries(Files.exists(path) ? Files.readAllLines(path) : List.of());
    }

    /** Edits it as a whole: who reads meanwhile sees it before or after. */
    synchronized void edit(UnaryOperator<Entries> change) throws IOException {
        Entries before = read();
        Entries after = change.apply(before);
        if (!after.equals(before)) {
            Path next = path.resolveSibling(path.getFileName() + ".next");
            Files.write(next, after.lines());
            Files.move(next, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
