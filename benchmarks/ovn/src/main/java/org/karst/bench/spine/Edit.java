package org.karst.bench.spine;

import java.io.IOException;
import java.util.List;
import org.karst.bench.sides.Dummy;
import org.karst.bench.sides.Side;

/**
 * The edits, and what each costs Karst on every machine: how often rules and queries run, how many flow-mods the pod's own
 * switch gets and of how many bytes they, their bundles and barriers are. No other switch gets anything.
 */
enum Edit {
    ADD("a pod comes", 29, 17, 2184),
    CHANGE("its address changes", 32, 34, 3824),
    REMOVE("it goes", 3, 17, 1640);

    private static final int FIRST_SPARE_ADDRESS = 500;

    private final String text;
    private final int evaluations;
    private final int flowMods;
    private final int bytes;

    Edit(String text, int evaluations, int flowMods, int bytes) {
        this.text = text;
        this.evaluations = evaluations;
        this.flowMods = flowMods;
        this.bytes = bytes;
    }

    void make(Side side, Dummy pod) throws IOException, InterruptedException {
        switch (this) {
            case ADD -> side.add(List.of(pod), List.of());
            case CHANGE -> side.change(pod, FIRST_SPARE_ADDRESS);
            case REMOVE -> side.remove(pod);
        }
    }

    int evaluations() {
        return evaluations;
    }

    int flowMods() {
        return flowMods;
    }

    int bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return text;
    }
}
