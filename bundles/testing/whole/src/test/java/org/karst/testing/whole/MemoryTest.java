package org.karst.testing.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;

/** Pods that come and go leave nothing behind. */
class MemoryTest {
    private static final int NODES = 12;
    private static final int AT_ONCE = 1_000;
    private static final int LIVING = 200;
    private static final int FIRST_PASSING = 10_000;

    private final RandomCluster cluster = new RandomCluster(3, NODES, LIVING, 60);

    /** Creates pods under new names and deletes them, so many at a time. */
    private void pass(WholeController controller, int rounds, int firstRound) {
        for (int round = firstRound; round < firstRound + rounds; round++) {
            int first = FIRST_PASSING + round * AT_ONCE;
            for (int from = first; from < first + AT_ONCE; from += AT_ONCE / 4) {
                int start = from;
                controller.write(into -> {
                    for (int i = start; i < start + AT_ONCE / 4; i++) {
                        cluster.pod(i).forEach(fact -> fact.put(into));
                    }
                });
            }
            assertThat(controller.inspect(Inspection::failures)).isEmpty();
            controller.write(from -> {
                for (int i = first; i < first + AT_ONCE; i++) {
                    cluster.pod(i).forEach(fact -> fact.remove(from));
                }
            });
        }
    }

    @Test
    void theEngineRemembersNothingOfPodsThatAreGone() {
        try (WholeController controller = new WholeController()) {
            controller.write(into -> cluster.facts().forEach(fact -> fact.put(into)));
            int items = controller.inspect(Inspection::items).size();
            pass(controller, 1, 0);
            int cells = controller.inspect(Inspection::cells);
            pass(controller, 2, 1);
            assertThat(controller.inspect(Inspection::cells)).isEqualTo(cells);
            assertThat(controller.inspect(Inspection::items)).hasSize(items);
        }
    }

    @Test
    @Tag("long")
    void threeHundredThousandPodsLeaveTheHeapAsItWas() throws InterruptedException {
        try (WholeController controller = new WholeController()) {
            controller.write(into -> cluster.facts().forEach(fact -> fact.put(into)));
            pass(controller, 10, 0);
            long before = Heap.used();
            int cells = controller.inspect(Inspection::cells);
            pass(controller, 300, 10);
            long after = Heap.used();
            System.out.printf(
                    Locale.ROOT,
                    "300000 pods created and deleted: heap %.1f MB before, %.1f MB after (%+.1f %%), %d cells before,"
                            + " %d after%n",
                    before / 1e6,
                    after / 1e6,
                    100.0 * (after - before) / before,
                    cells,
                    controller.inspect(Inspection::cells));
            assertThat(controller.inspect(Inspection::cells)).isEqualTo(cells);
            assertThat(after).isLessThan(before + before / 20);
        }
    }
}
