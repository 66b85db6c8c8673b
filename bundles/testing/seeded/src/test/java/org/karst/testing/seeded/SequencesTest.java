package org.karst.testing.seeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The search for broken laws finds them, tells the shortest reason, and tells the same one tomorrow. */
class SequencesTest {
    private final Sequences<Integer> numbers = Sequences.of(random -> random.nextInt(100));

    @Test
    void aBrokenLawIsToldByItsShortestReason() {
        Law<Integer> neverSevenAfterThree = edits -> {
            int three = edits.indexOf(3);
            assertThat(three >= 0 && edits.lastIndexOf(7) > three)
                    .as("seven after three")
                    .isFalse();
        };
        assertThatThrownBy(() -> numbers.times(2_000).obey(neverSevenAfterThree))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("by\n    3\n    7\n  because")
                .hasMessageContaining("seven after three");
    }

    @Test
    void aLawThatHoldsIsTriedWithEachSequence() {
        List<List<Integer>> tried = new ArrayList<>();
        numbers.times(50).upTo(10).obey(tried::add);
        assertThat(tried).hasSize(50).allMatch(edits -> !edits.isEmpty() && edits.size() <= 10);
        assertThat(tried).extracting(List::size).contains(1, 10);

        List<List<Integer>> again = new ArrayList<>();
        numbers.times(50).upTo(10).obey(again::add);
        assertThat(again).isEqualTo(tried);
    }
}
