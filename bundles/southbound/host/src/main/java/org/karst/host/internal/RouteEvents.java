package org.karst.host.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.karst.host.HostException;
import org.karst.host.NetworkNamespace;

/**
 * Tells that links, addresses or routes of a namespace changed, or a neighbour went, whoever changed them. What changed has to be observed anew:
 * notifications may be lost, the tables not.
 */
final class RouteEvents implements AutoCloseable {
    private static final int ADDRESS_LENGTH = 12;
    /** Links, neighbours, IPv4 and IPv6 addresses, IPv4 and IPv6 routes (RTMGRP_* of linux/rtnetlink.h). */
    private static final int GROUPS = 0x1 | 0x4 | 0x10 | 0x100 | 0x40 | 0x400;

    private static final int LARGEST = 64 * 1024;
    private static final int MSG_DONTWAIT = 0x40;

    private final int socket;
    private final byte[] buffer = new byte[LARGEST];
    private boolean open = true;

    /** What one notification says. */
    private enum Heard {
        NOTHING,
        NOISE,
        CHANGE
    }

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

    /** Waits for a notification and takes all that are waiting. False: none came in time, or none that matters. */
    boolean await(Duration patience) throws HostException {
        byte[] timeout = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(patience.toSeconds())
                .putLong(Math.max(patience.toNanosPart() / 1000, 1))
                .array();
        LibC.setsockopt(socket, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, timeout, timeout.length);
        boolean changed = false;
        // Many changes at once are one reason to look.
        for (Heard heard = receive(0); heard != Heard.NOTHING; heard = receive(MSG_DONTWAIT)) {
            changed |= heard == Heard.CHANGE;
        }
        return changed;
    }

    private Heard receive(int flags) throws HostException {
        long length = LibC.recvfrom(
                socket, buffer, buffer.length, flags, new byte[ADDRESS_LENGTH], new int[] {ADDRESS_LENGTH});
        if (length >= 0) {
            return heard((int) length);
        }
        int errno = LibC.errno();
        if (errno == LibC.EAGAIN || errno == LibC.EINTR) {
            return Heard.NOTHING;
        }
        if (errno == LibC.ENOBUFS) {
            return Heard.CHANGE;
        }
        throw new HostException("listen for changes of links", errno, "");
    }

    /** Neighbours are resolved and probed all the time: only one that went is news. */
    private Heard heard(int length) {
        try {
            boolean noise = Message.split(ByteBuffer.wrap(buffer, 0, length).order(ByteOrder.nativeOrder())).stream()
                    .allMatch(message -> message.type() == RouteNetlink.NEW_NEIGHBOUR);
            return noise ? Heard.NOISE : Heard.CHANGE;
        } catch (MalformedMessageException unreadable) {
            return Heard.CHANGE;
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            LibC.close(socket);
        }
    }
}
