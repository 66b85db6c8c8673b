package org.karst.cni.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.testing.fuzzing.Fuzzer;

/** Coverage-guided fuzzing of what the plugin sends. */
class CoverageFuzzTest {
    private static final Path CORPUS = Path.of("src/test/corpus/call");

    @TempDir
    Path scratch;

    @Test
    void everyCallIsReadOrRefusedByASentence() throws Exception {
        Fuzzer.Outcome outcome = Fuzzer.run(CallTarget.class, CORPUS, scratch, 50_000);
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.branches()).isGreaterThan(50);
    }

    @Test
    void aPlantedBugIsFound() throws Exception {
        Fuzzer.Outcome outcome = Fuzzer.run(PlantedCallTarget.class, CORPUS, scratch, 8_000_000);
        assertThat(outcome.failure()).contains("planted");
    }
}
