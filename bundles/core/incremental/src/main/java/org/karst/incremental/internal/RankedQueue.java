package org.karst.incremental.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The cells that are due, by rank of their definition. */
final class RankedQueue {
    private final List<ArrayDeque<Derived>> byRank = new ArrayList<>();
    private int lowest;

    void add(Derived cell) {
        int rank = cell.derivedDefinition().rank;
        while (byRank.size() <= rank) {
            byRank.add(new ArrayDeque<>());
        }
        byRank.get(rank).add(cell);
        lowest = Math.min(lowest, rank);
    }

    /** A cell of the lowest rank, or null. Cells whose definition rose since they were added wait for their new rank. */
    Derived poll() {
        while (lowest < byRank.size()) {
            Derived cell = byRank.get(lowest).poll();
            if (cell == null) {
                lowest++;
            } else if (cell.derivedDefinition().rank > lowest) {
                add(cell);
            } else {
                return cell;
            }
        }
        return null;
    }
}
