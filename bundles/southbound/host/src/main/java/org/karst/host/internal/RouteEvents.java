package org.karst.host.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.karst.host.HostException;
import org.karst.host.NetworkNamespace;

/**
 * Tells that links, addresses or routes of a namespace changed, whoever changed them. What changed has to be observed anew:
 * notifications may be lost, the tables not.
 */
final class RouteEvents implements AutoCloseable {
    private static final int ADDRESS_LENGTH = 12;
    /** Links, IPv4 and IPv6 addresses, IPv4 and IPv6 routes (RTMGRP_* of linux/rtnetlink.h). */
    private static final int GROUPS = 0x1 | 0x10 | 0x100 | 0x40 | 0x400;

    private static final int LARGEST = 64 * 1024;
    private static final int MSG_DONTWAIT = 0x40;

    private final int socket;
    private final byte[] buffer = new byte[LARGEST];
    private boolean open = true;

    private RouteEvents(int socket) {
        this.socket = socket;
    }

    /** Listens from now on. */
    static RouteEvents in(NetworkNamespace namespace) throws java.io.IOException {
        return namespace.<RouteEvents, RuntimeException>call(inside -> open());
    }

    private static RouteEvents open() throws HostException {
        int socket = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw new HostException("open a netlink socket", LibC.errno(), "");
        }
        byte[] address = ByteBuffer.allocate(ADDRESS_LENGTH)
                .order(ByteOrder.nativeOrder())
                .putShort((short) LibC.AF_NETLINK)
                .putShort((short) 0)
                .putInt(0)
                .putInt(GROUPS)
                .array();
        if (LibC.bind(socket, address, ADDRESS_LENGTH) != 0) {
            int errno = LibC.errno();
            LibC.close(socket);
            throw new HostException("listen for changes of links", errno, "");
        }
        return new RouteEvents(socket);
    }

    /** Waits for a change and takes all that are waiting. False: none came in time. */
    boolean await(Duration patience) throws HostException {
        byte[] timeout = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(patience.toSeconds())
                .putLong(Math.max(patience.toNanosPart() / 1000, 1))
                .array();
        LibC.setsockopt(socket, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, timeout, timeout.length);
        if (!receive(0)) {
            return false;
        }
        while (receive(MSG_DONTWAIT)) {
            // Many changes at once are one reason to look.
        }
        return true;
    }

    private boolean receive(int flags) throws HostException {
        if (LibC.recvfrom(socket, buffer, buffer.length, flags, new byte[ADDRESS_LENGTH], new int[] {ADDRESS_LENGTH})
                >= 0) {
            return true;
        }
        int errno = LibC.errno();
        if (errno == LibC.EAGAIN || errno == LibC.EINTR) {
            return false;
        }
        if (errno == LibC.ENOBUFS) {
            return true;
        }
        throw new HostException("listen for changes of links", errno, "");
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            LibC.close(socket);
        }
    }
}
