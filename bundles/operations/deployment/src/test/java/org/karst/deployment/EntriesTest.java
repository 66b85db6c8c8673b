package org.karst.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EntriesTest {

    private static final Entries FILE =
            new Entries(List.of("# what runs here", "", "  connectivity  # all need it", "ipv6", "ipv6"));

    @Test
    void entriesStandOnceAndWithoutComments() {
        assertThat(FILE.all()).containsExactly("connectivity", "ipv6");
    }

    @Test
    void addedEntryComesLastAndLeavesTheRest() {
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
    void removedEntryGoesWithAllItsLinesAndLeavesTheRest() {
        assertThat(FILE.without("ipv6").lines())
                .containsExactly("# what runs here", "", "  connectivity  # all need it");
    }

    @Test
    void addingAndRemovingIsTheSameAsNothing() {
        assertThat(FILE.with("services").without("services")).isEqualTo(FILE);
    }
}
