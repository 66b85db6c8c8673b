package org.karst.sandbox.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is meant to differ, in the code and in the documentation. */
class ExplanationTest {
    private static final String BEGIN = "<!-- made of org.karst.sandbox.oracle.Explanation -->\n";
    private static final String END = "<!-- end -->";

    /** {@code -Dgolden=write} rewrites the table. */
    @Test
    void theDocumentationHasTheTable() throws IOException {
        Path file = document();
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END, begin);
        if ("write".equals(System.getProperty("golden"))) {
            Files.writeString(file, text.substring(0, begin) + Explanation.table() + text.substring(end));
            return;
        }
        assertThat(text.substring(begin, end)).isEqualTo(Explanation.table());
    }

    private static Path document() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/api.md"))) {
            folder = folder.getParent();
        }
        return folder.resolve("docs/api.md");
    }

    @Test
    void aDifferenceOfTheStatusIsNotExplainedAway() {
        Request request = Request.of("GET", "/api/v1/nodes", "");
        assertThat(Explanation.of(request, new Difference("status", "200", "404")))
                .isEmpty();
        assertThat(Explanation.of(request, new Difference("body.spec.nodeName", "\"a\"", "\"b\"")))
                .isEmpty();
        assertThat(Explanation.of(request, new Difference("body.items", "null", "[]")))
                .contains(Explanation.EMPTY_METADATA_LISTS);
    }
}
