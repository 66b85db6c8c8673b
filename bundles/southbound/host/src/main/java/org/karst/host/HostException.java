package org.karst.host;

import java.io.IOException;
import org.karst.host.internal.Errno;
import org.karst.host.internal.LibC;

/**
 * The kernel refused, or the machine lacks, what was asked of it.
 *
 * <p>The message is one sentence: what was attempted, why not in the kernel's words when it gave some (extended
 * acknowledgement), and the symbolic error, for example {@code cannot link add name eth0 type veth: Device does not exist
 * (ENODEV)}.
 */
public final class HostException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * A refusal with an error number.
     *
     * @param attempt what was attempted, to follow "cannot"
     * @param errno positive Linux error number
     * @param kernelText the kernel's own explanation; empty when it gave none
     */
    public HostException(String attempt, int errno, String kernelText) {
        super("cannot " + attempt + ": " + (kernelText.isEmpty() ? LibC.text(errno) : kernelText) + " ("
                + Errno.name(errno) + ")");
        this.errno = errno;
    }

    /** A failure that has no error number of the kernel. */
    public HostException(String sentence) {
        super(sentence);
        this.errno = 0;
    }

    /** Positive Linux error number; 0 when the kernel gave none. */
    public int errno() {
        return errno;
    }

    /** What should be created is there already (EEXIST). */
    public boolean exists() {
        return errno == LibC.EEXIST;
    }

    /** What should be changed or removed is not there (ENODEV, ENOENT, ESRCH, EADDRNOTAVAIL). */
    public boolean absent() {
        return errno == LibC.ENODEV || errno == LibC.ENOENT || errno == LibC.ESRCH || errno == LibC.EADDRNOTAVAIL;
    }
}
