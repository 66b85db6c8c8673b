package org.karst.network.family;

/** Priorities inside the tables of connectivity, from weak to strong. */
public final class Priority {
    /** What holds unless something else does. */
    public static final int DEFAULT = 0;
    /** What holds for a whole class of packets. */
    public static final int CLASS = 10;
    /** What holds for one pod, node or address. */
    public static final int ONE = 100;
    /** Exceptions from those. */
    public static final int EXCEPTION = 200;

    private Priority() {}

    /** Longest prefix first. */
    static int route(int prefixLength) {
        return 1_000 + prefixLength;
    }
}
