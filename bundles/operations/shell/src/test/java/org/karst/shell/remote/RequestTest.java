package org.karst.shell.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RequestTest {

    @Test
    void lineIsReadBackAsWhatItWas() throws IOException {
        for (Request request : new Request[] {
            Request.run("karst:flows --node a"), Request.run(""), Request.open("xterm-256color", 80, 24)
        }) {
            assertThat(Request.read(bytes(request.line()))).isEqualTo(request);
        }
    }

    @Test
    void readsNothingBeyondTheLine() throws IOException {
        ByteArrayInputStream input = bytes("open xterm 80 24\nkeys");
        Request.read(input);
        assertThat(new String(input.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("keys");
    }

    @Test
    void commandOverSeveralLinesBecomesOne() {
        assertThat(Request.run("karst:status\r\nkarst:nodes").line()).isEqualTo("run karst:status karst:nodes\n");
    }

    @Test
    void wrongRequestIsTold() {
        assertThatThrownBy(() -> Request.parse("open xterm 80")).hasMessageContaining("must be 'run COMMAND'");
        assertThatThrownBy(() -> Request.parse("open xterm 80 many")).hasMessageContaining("'many' is not a number");
        assertThatThrownBy(() -> Request.parse("open xterm 0 24")).hasMessageContaining("0 x 24");
        assertThatThrownBy(() -> Request.parse("open ../x 80 24")).hasMessageContaining("terminal's type");
        assertThatThrownBy(() -> Request.read(bytes("run " + "x".repeat(Request.MAXIMUM_LINE) + "\n")))
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> Request.read(bytes("run half"))).isInstanceOf(IOException.class);
    }

    @Test
    void anyBytesAreARequestOrASentence() {
        SplittableRandom random = new SplittableRandom(20261123);
        String[] seeds = {"open xterm 80 24\n", "run karst:status\n"};
        for (int round = 0; round < 20_000; round++) {
            byte[] line = seeds[round % seeds.length].getBytes(StandardCharsets.UTF_8);
            for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
                line[random.nextInt(line.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(Request.read(new ByteArrayInputStream(line))).isNotNull();
            } catch (IllegalArgumentException | IOException e) {
                assertThat(e).hasMessageMatching("(?s).{10,}");
            }
        }
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
