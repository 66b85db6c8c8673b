package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is in the archive, without running it. */
class ArchiveTest {

    private static final long LARGEST = 90L << 20;

    @Test
    void isSmallInBothForms() throws IOException {
        Path tarball = Server.archive();
        Path zip = tarball.resolveSibling(tarball.getFileName().toString().replace(".tar.gz", ".zip"));
        assertThat(Files.size(tarball)).isLessThan(LARGEST);
        assertThat(Files.size(zip)).isLessThan(LARGEST);
    }

    @Test
    void shipsNoUserNoKeyAndNoRemoteAccess() {
        assertThat(entries())
                .isNotEmpty()
                .noneMatch(entry -> entry.matches(
                        ".*(users|keys)\\.properties|.*(sshd|\\.ssh\\.|management\\.server|webconsole).*"));
    }

    @Test
    void onlyProgramsAreExecutableAndNothingIsWritableByOthers() {
        List<String> lines = Commands.output(
                        List.of("tar", "-tvzf", Server.archive().toString()))
                .lines()
                .toList();
        assertThat(lines).noneMatch(line -> line.charAt(5) == 'w' || line.charAt(8) == 'w');
        assertThat(lines.stream().filter(line -> line.matches("-..x.*")).map(line -> line.replaceAll(".*/", "")))
                .contains("karst-server", "karst-shell", "karst-cni")
                .allMatch(name -> name.matches("karst-[a-z]+|setenv|find-java"));
    }

    private static List<String> entries() {
        return Commands.output(List.of("tar", "-tzf", Server.archive().toString()))
                .lines()
                .toList();
    }
}
