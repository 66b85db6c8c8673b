package org.karst.apiserver.internal.api;

/** Opens the reader of paths to tests of other packages. */
public final class PathProbe {
    private PathProbe() {}

    /** Reads a path. */
    public static void read(String path) {
        org.karst.apiserver.internal.access.Target.parse(path);
    }
}
