package org.karst.bench.spine;

import java.util.List;

/**
 * How large a comparison is.
 *
 * @param nodes on each side
 * @param pods in all, on each side
 * @param warmings how often all pods come and go before the first measured time
 * @param bulks how often the bulk is measured
 * @param turns how many pods come, change and go alone: three edits each
 */
record Scale(int nodes, int pods, int warmings, int bulks, int turns) {
    static final List<Scale> STANDARD = List.of(new Scale(3, 1000, 20, 5, 102), new Scale(30, 1000, 2, 1, 18));
}
