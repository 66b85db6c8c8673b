package org.karst.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryFileTest {

    @TempDir
    Path etc;

    @Test
    void aFileThatIsNotThereIsEmptyAndIsMadeByTheFirstEdit() throws IOException {
        EntryFile file = new EntryFile(etc.resolve("karst.repositories"));
        assertThat(file.read().all()).isEmpty();
        file.edit(entries -> entries.with("mvn:org.example/one/1/xml/features"));
        assertThat(etc.resolve("karst.repositories")).hasContent("mvn:org.example/one/1/xml/features");
        file.edit(entries -> entries.without("mvn:org.example/one/1/xml/features"));
        assertThat(etc.resolve("karst.repositories")).isEmptyFile();
    }

    @Test
    void anEditThatChangesNothingMakesNoFile() throws IOException {
        new EntryFile(etc.resolve("karst.features")).edit(entries -> entries.without("ipv6"));
        assertThat(etc).isEmptyDirectory();
    }
}
