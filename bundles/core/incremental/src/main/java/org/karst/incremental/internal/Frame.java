package org.karst.incremental.internal;

import java.util.Arrays;

/** An evaluation that is running: what it has read so far. */
final class Frame {
    final Derived cell;
    final Frame outer;
    final int stamp;
    Cell[] reads = new Cell[4];
    int size;

    Frame(Derived cell, Frame outer, int stamp) {
        this.cell = cell;
        this.outer = outer;
        this.stamp = stamp;
    }

    void read(Cell cell) {
        // Catches nearly all repetitions; an evaluation in between may have left its own stamp.
        if (cell.stamp == stamp) {
            return;
        }
        cell.stamp = stamp;
        if (size == reads.length) {
            reads = Arrays.copyOf(reads, 2 * size);
        }
        reads[size++] = cell;
    }

    /** Drops what was noted twice. */
    void distinct(int freshStamp) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (reads[i].stamp != freshStamp) {
                reads[i].stamp = freshStamp;
                reads[kept++] = reads[i];
            }
        }
        size = kept;
    }
}
