package org.karst.sandbox.internal;

import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.OptionalInt;
import org.karst.host.HostException;

/** The system calls for sockets that Java does not have (raw(7), packet(7)), with their errors as exceptions. */
final class SocketCalls {
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;

    static {
        Native.register(SocketCalls.class, "c");
    }

    private SocketCalls() {}

    private static native int socket(int domain, int type, int protocol);

    private static native int bind(int socket, byte[] address, int length);

    private static native int setsockopt(int socket, int level, int name, byte[] value, int length);

    private static native long sendto(
            int socket, byte[] data, long length, int flags, byte[] address, int addressLength);

    private static native long recvfrom(int socket, byte[] data, long length, int flags, byte[] address, int[] size);

    private static native int close(int descriptor);

    /** Opens a raw socket in the network namespace of the calling thread. */
    static int open(int domain, int protocol) throws HostException {
        int descriptor = socket(domain, SOCK_RAW_CLOEXEC, protocol);
        if (descriptor < 0) {
            throw new HostException("open a raw socket", Native.getLastError(), "");
        }
        return descriptor;
    }

    static void bind(int descriptor, byte[] address) throws HostException {
        if (bind(descriptor, address, address.length) != 0) {
            throw new HostException("bind a raw socket", Native.getLastError(), "");
        }
    }

    static void option(int descriptor, int level, int name, byte[] value, String words) throws HostException {
        if (setsockopt(descriptor, level, name, value, value.length) != 0) {
            throw new HostException(words, Native.getLastError(), "");
        }
    }

    static void send(int descriptor, byte[] data, byte[] address, String words) throws HostException {
        if (sendto(descriptor, data, data.length, 0, address, address.length) < 0) {
            throw new HostException(words, Native.getLastError(), "");
        }
    }

    /** Receives into a buffer; empty when nothing came in time. At least a millisecond. */
    static OptionalInt receive(int descriptor, byte[] buffer, byte[] sender, Duration patience) throws HostException {
        long nanoseconds = Math.max(patience.toNanos(), 1_000_000);
        option(
                descriptor,
                SOL_SOCKET,
                SO_RCVTIMEO,
                ByteBuffer.allocate(16)
                        .order(ByteOrder.nativeOrder())
                        .putLong(nanoseconds / 1_000_000_000)
                        .putLong(nanoseconds % 1_000_000_000 / 1000)
                        .array(),
                "set a receive timeout");
        long length = recvfrom(descriptor, buffer, buffer.length, 0, sender, new int[] {sender.length});
        if (length < 0) {
            int errno = Native.getLastError();
            if (errno == EAGAIN || errno == EINTR) {
                return OptionalInt.empty();
            }
            throw new HostException("receive", errno, "");
        }
        return OptionalInt.of((int) length);
    }

    static void end(int descriptor) {
        close(descriptor);
    }
}
