package org.karst.host.internal;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The system calls that Java has no door to, mapped one to one from the C library (man page section 2).
 *
 * <p>Each returns what the C function returns; after -1 the error number is {@link #errno()} on the same thread.
 */
public final class LibC {
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int SOL_SOCKET = 1;
    public static final int SO_RCVBUF = 8;
    public static final int SO_RCVTIMEO = 20;
    public static final int MSG_TRUNC = 0x20;
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_CLOEXEC = 0x80000;
    public static final int CLONE_NEWNET = 0x40000000;
    public static final int MS_BIND = 0x1000;
    public static final int MS_REC = 0x4000;
    public static final int MS_SHARED = 0x100000;
    public static final int MNT_DETACH = 2;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOBUFS = 105;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETUNREACH = 101;
    public static final int EHOSTUNREACH = 113;
    public static final int ESRCH = 3;
    public static final int EPROTO = 71;
    public static final int EMSGSIZE = 90;
    public static final int ETIMEDOUT = 110;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    public static native int socket(int domain, int type, int protocol);

    public static native int bind(int socket, byte[] address, int length);

    public static native int connect(int socket, byte[] address, int length);

    public static native int getsockname(int socket, byte[] address, int[] length);

    public static native int setsockopt(int socket, int level, int name, byte[] value, int length);

    public static native long send(int socket, byte[] data, long length, int flags);

    public static native long sendto(
            int socket, byte[] data, long length, int flags, byte[] address, int addressLength);

    public static native long recvfrom(
            int socket, byte[] data, long length, int flags, byte[] address, int[] addressLength);

    public static native int open(String path, int flags, int mode);

    public static native int close(int descriptor);

    public static native int setns(int descriptor, int kind);

    public static native int unshare(int flags);

    public static native int mount(String source, String target, String type, long flags, byte[] data);

    public static native int umount2(String target, int flags);

    /** For requests whose argument is one buffer that the kernel reads and writes. */
    public static native int ioctl(int descriptor, long request, Pointer argument);

    private static native String strerror(int errno);

    /** The error number of the last call of this class on this thread. */
    public static int errno() {
        return Native.getLastError();
    }

    /** The sentence of the C library for an error number, for example "No such device". */
    public static String text(int errno) {
        return strerror(errno);
    }
}
