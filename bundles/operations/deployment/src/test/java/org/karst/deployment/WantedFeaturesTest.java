package org.karst.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WantedFeaturesTest {

    private static final WantedFeatures FILE =
            new WantedFeatures(List.of("# what runs here", "", "  connectivity  # all need it", "ipv6", "ipv6"));

    @Test
    void namesStandOnceAndWithoutComments() {
        assertThat(FILE.names()).containsExactly("connectivity", "ipv6");
    }

    @Test
    void addedNameComesLastAndLeavesTheRest() {
        assertThat(FILE.with("services").lines())
                .startsWith(FILE.lines().toArray(String[]::new))
                .endsWith("services");
    }

    @Test
    void addingWhatIsThereAndRemovingWhatIsNotChangesNothing() {
        assertThat(FILE.with("connectivity")).isEqualTo(FILE);
        assertThat(FILE.without("services")).isEqualTo(FILE);
        assertThat(FILE.without("# what runs here")).isEqualTo(FILE);
    }

    @Test
    void removedNameGoesWithAllItsLinesAndLeavesTheRest() {
        assertThat(FILE.without("ipv6").lines())
                .containsExactly("# what runs here", "", "  connectivity  # all need it");
    }

    @Test
    void addingAndRemovingIsTheSameAsNothing() {
        assertThat(FILE.with("services").without("services")).isEqualTo(FILE);
    }
}
