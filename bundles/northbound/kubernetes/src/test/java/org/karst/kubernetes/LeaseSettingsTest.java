package org.karst.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseSettingsTest {
    @TempDir
    private Path one;

    @TempDir
    private Path other;

    @Test
    void aDataFolderKeepsItsIdentityAndSharesItWithNobody() throws Exception {
        String identity = LeaseSettings.identity(one);
        assertThat(LeaseSettings.identity(one)).isEqualTo(identity);
        assertThat(LeaseSettings.identity(other)).isNotEqualTo(identity);
        Files.writeString(one.resolve("identity"), "../nonsense");
        String made = LeaseSettings.identity(one);
        assertThat(made).isNotEqualTo(identity).doesNotContain("nonsense");
        assertThat(LeaseSettings.identity(one)).isEqualTo(made);
    }

    @Test
    void aFolderThatCannotBeWrittenMakesAStranger() {
        Path absent = one.resolve("absent");
        assertThat(LeaseSettings.identity(absent)).isNotEqualTo(LeaseSettings.identity(absent));
    }
}
