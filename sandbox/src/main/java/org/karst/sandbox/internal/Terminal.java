package org.karst.sandbox.internal;

import com.sun.jna.Native;

/** What the C library knows of terminals and sessions. */
public final class Terminal {
    private static final int STANDARD_OUTPUT = 1;

    static {
        Native.register(Terminal.class, "c");
    }

    private Terminal() {}

    private static native int isatty(int descriptor);

    private static native int setsid();

    /** Whether standard output is a terminal, for a reader who sees colours. */
    public static boolean isColoured() {
        return isatty(STANDARD_OUTPUT) == 1 && System.getenv("NO_COLOR") == null;
    }

    /** Leaves the terminal's session, so that neither its end nor its interrupt key ends this process. */
    public static void leave() {
        // Refused only to the leader of a process group, which has no terminal to fear.
        int session = setsid();
        assert session != 0;
    }
}
