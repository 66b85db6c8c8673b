package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three minutes in which parts of switches and of the server die, features come and go and somebody changes things by hand: each heals
 * alone, nobody else notices, and in the end nothing is left of it.
 */
@Tag("root")
class ChaosTest {
    private static final int LONGEST_SECONDS = 480;

    @Test
    void nothingIsNoticedAndNothingIsLeft() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for network namespaces");
        SandboxProgram program = SandboxProgram.named("karst-t-chaos");
        try {
            Commands.Result chaos = program.run(
                    LONGEST_SECONDS, "chaos", "--minutes", "3", "--seed", System.getProperty("karst.chaos.seed", "1"));
            System.out.println(chaos.output());
            assertThat(chaos.output()).containsPattern("(?m)^[1-9][0-9]+ passed, 0 failed$");
            assertThat(chaos.status()).isZero();
        } finally {
            program.run(60, "down");
        }
    }
}
