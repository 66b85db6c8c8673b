package org.karst.bench.sides;

import java.util.ArrayList;
import java.util.List;

/**
 * Isolates the pods that it selects, and admits to them what it says.
 *
 * @param namespace whose pods it selects
 * @param name its name, unique on a side
 * @param app selects those whose label {@code app} has this value; empty: all of the namespace
 * @param from the namespace whose pods are admitted
 * @param port TCP port to which they are
 */
public record Policy(String namespace, String name, String app, String from, int port) {
    /** So many of them, each for all pods of a namespace, from the pods of the next one. */
    public static List<Policy> spread(int policies, int namespaces) {
        List<Policy> all = new ArrayList<>();
        for (int i = 0; i < policies; i++) {
            all.add(new Policy(
                    Dummy.namespace(i % namespaces),
                    "policy-" + i,
                    "",
                    Dummy.namespace((i + 1) % namespaces),
                    8000 + i % 1000));
        }
        return all;
    }
}
