package org.karst.bench.spine;

import java.io.IOException;
import java.util.List;
import org.karst.bench.sides.Dummy;
import org.karst.bench.sides.Price;
import org.karst.bench.sides.Side;

/**
 * The edits, and what each costs Karst. No switch but the pod's own gets anything.
 */
enum Edit {
    ADD("a pod comes"),
    CHANGE("its address changes"),
    REMOVE("it goes");

    private static final int FIRST_SPARE_ADDRESS = 500;

    private final String text;

    Edit(String text) {
        this.text = text;
    }

    void make(Side side, Dummy pod) throws IOException, InterruptedException {
        switch (this) {
            case ADD -> side.add(List.of(pod), List.of());
            case CHANGE -> side.change(pod, FIRST_SPARE_ADDRESS);
            case REMOVE -> side.remove(pod);
        }
    }

    Price price() {
        return switch (this) {
            case ADD -> new Price(39, 6, 912);
            case CHANGE -> new Price(44, 12, 1536);
            case REMOVE -> new Price(5, 6, 624);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
