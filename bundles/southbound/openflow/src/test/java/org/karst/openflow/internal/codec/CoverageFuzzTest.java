package org.karst.openflow.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.testing.fuzzing.Fuzzer;

/** Coverage-guided fuzzing of what switches send. */
class CoverageFuzzTest {
    private static final Path CORPUS = Path.of("src/test/corpus/message");
    /** A dump of one flow: from all messages it takes the fuzzer ten times as many inputs to come to a flow's cookie. */
    private static final Path DUMP = Path.of("src/test/corpus/dump");

    @TempDir
    Path scratch;

    @Test
    void noMessageMakesTheDecoderThrow() throws Exception {
        Fuzzer.Outcome outcome = Fuzzer.run(MessageTarget.class, CORPUS, scratch, 50_000);
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.branches()).isGreaterThan(100);
    }

    @Test
    void aPlantedBugIsFound() throws Exception {
        Fuzzer.Outcome outcome = Fuzzer.run(PlantedMessageTarget.class, DUMP, scratch, 8_000_000);
        assertThat(outcome.failure()).contains("planted");
    }
}
