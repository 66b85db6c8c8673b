package org.karst.audit.internal;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Datagrams to Unix domain sockets (unix(7)); Java has only streams. */
final class UnixDatagram {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    /** Room for a path and its terminating zero in sockaddr_un. */
    private static final int LONGEST_PATH = 107;

    static {
        Native.register(UnixDatagram.class, "c");
    }

    private UnixDatagram() {}

    private static native int socket(int domain, int type, int protocol) throws LastErrorException;

    private static native long sendto(
            int socket, byte[] data, long length, int flags, byte[] address, int addressLength)
            throws LastErrorException;

    private static native int close(int descriptor);

    /** Sends one; a receiver that does not keep up is an error, it is not waited for. */
    static void send(Path path, byte[] data) throws IOException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > LONGEST_PATH) {
            throw new IOException("the path of a socket has at most " + LONGEST_PATH + " bytes: " + path);
        }
        byte[] address = ByteBuffer.allocate(2 + name.length + 1)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(name)
                .array();
        try {
            int descriptor = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            try {
                sendto(descriptor, data, data.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length);
            } finally {
                close(descriptor);
            }
        } catch (LastErrorException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }
}
