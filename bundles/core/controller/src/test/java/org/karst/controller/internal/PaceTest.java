package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** How many rows a step takes in follows from what rows cost. */
class PaceTest {
    private static final int MANY = 200;

    private final Pace pace = new Pace();

    /** Full steps whose settlements cost so many nanoseconds for so many rows; answers how many rows the last one took in. */
    private int steps(int count, LongUnaryOperator cost) {
        int rows = 0;
        for (int i = 0; i < count; i++) {
            for (rows = 0; pace.allowsMore(); rows++) {
                pace.wrote(1);
            }
            pace.settled(cost.applyAsLong(rows));
        }
        return rows;
    }

    @Test
    void rowsThatCostNothingGoByTheThousands() {
        assertThat(steps(MANY, rows -> 10 * rows)).isEqualTo(Pace.MOST);
    }

    @Test
    void rowsThatCostMuchGoByTheDozen() {
        assertThat(steps(MANY, rows -> rows * Pace.AIM / 100)).isBetween(Pace.FEWEST, 100);
        assertThat(steps(MANY, rows -> rows * Pace.AIM)).isEqualTo(Pace.FEWEST);
    }

    @Test
    void whereASettlementCostsMuchAnywayManyRowsShareTheCost() {
        long fixed = 5 * Pace.AIM;
        long each = Pace.AIM / 100;
        int rows = 0;
        for (int i = 0; i < MANY; i++) {
            rows = Math.max(rows, steps(1, count -> fixed + count * each));
        }
        assertThat(rows).as("so many that they cost as much as what is fixed").isGreaterThanOrEqualTo(512);
        assertThat(fixed + rows * each).isLessThan(Pace.LONGEST);
    }

    @Test
    void noSettlementStaysVeryLongWhateverIsSavedByThat() {
        long fixed = Pace.LONGEST - Pace.AIM;
        long each = Pace.AIM / 50;
        assertThat(steps(1, count -> fixed + count * each)).isEqualTo(Pace.FIRST);
        assertThat(steps(1, count -> fixed + count * each)).isLessThan(Pace.FIRST);
        int last = steps(MANY, count -> fixed + count * each);
        assertThat(last).isBetween(Pace.FEWEST, 100);
    }

    @Test
    void oneSlowSettlementIsSoonForgotten() {
        steps(MANY, rows -> 10 * rows);
        pace.wrote(1);
        pace.settled(10 * Pace.LONGEST);
        assertThat(steps(1, rows -> 10 * rows)).isEqualTo(Pace.FEWEST);
        assertThat(steps(6, rows -> 10 * rows)).isGreaterThan(500);
    }

    @Test
    void aStepThatHadLittleToDoProvesNothing() {
        pace.wrote(1);
        pace.settled(1);
        assertThat(steps(1, rows -> 10 * rows)).isEqualTo(Pace.FIRST);
    }
}
