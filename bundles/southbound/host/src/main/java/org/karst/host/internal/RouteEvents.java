package org.karst.host.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.karst.host.HostException;
import org.karst.host.NetworkNamespace;

/**
 * Tells that links, addresses or routes of a namespace changed, or a neighbour went, whoever changed them. What changed has to be
 * observed anew: notifications may be lost, the tables not.
 */
final class RouteEvents implements AutoCloseable {
    private static final int ADDRESS_LENGTH = 12;
    /** Links, neighbours, IPv4 and IPv6 addresses, IPv4 and IPv6 routes (RTMGRP_* of linux/rtnetlink.h). */
    private static final int GROUPS = 0x1 | 0x4 | 0x10 | 0x100 | 0x40 | 0x400;

    private static final int LARGEST = 64 * 1024;
    private static final int MSG_DONTWAIT = 0x40;

    private final int socket;
    private final byte[] buffer = new byte[LARGEST];
    /** Fair, so that who waits again and again does not keep out who closes. */
    private final ReentrantLock use = new ReentrantLock(true);

    private boolean open = true;

    /** What notifications say, from the least. */
    enum Heard {
        NOTHING,
        /** Neighbours are resolved and probed all the time. */
        NOISE,
        /** A link came, changed or went. */
        LINKS,
        /** An address or a route came or went, or a neighbour went: packets may go other ways. */
        WAYS;

        private static Heard of(int type) {
            return switch (type) {
                case RouteNetlink.NEW_NEIGHBOUR -> NOISE;
                case RouteNetlink.NEW_LINK, RouteNetlink.DELETE_LINK -> LINKS;
                default -> WAYS;
            };
        }
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

    /** Waits for a notification and takes all that are waiting; of what they say, the most. Fails once it is closed. */
    Heard await(Duration patience) throws HostException {
        use.lock();
        try {
            if (!open) {
                throw new HostException("nobody listens for changes of links any more");
            }
            return listen(patience);
        } finally {
            use.unlock();
        }
    }

    private Heard listen(Duration patience) throws HostException {
        byte[] timeout = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(patience.toSeconds())
                .putLong(Math.max(patience.toNanosPart() / 1000, 1))
                .array();
        LibC.setsockopt(socket, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, timeout, timeout.length);
        Heard most = Heard.NOTHING;
        // Many changes at once are one reason to look.
        for (Heard heard = receive(0); heard != Heard.NOTHING; heard = receive(MSG_DONTWAIT)) {
            most = heard.compareTo(most) > 0 ? heard : most;
        }
        return most;
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
            return Heard.WAYS;
        }
        throw new HostException("listen for changes of links", errno, "");
    }

    private Heard heard(int length) {
        try {
            return Message.split(ByteBuffer.wrap(buffer, 0, length).order(ByteOrder.nativeOrder())).stream()
                    .map(message -> Heard.of(message.type()))
                    .max(Heard::compareTo)
                    .orElse(Heard.NOISE);
        } catch (MalformedMessageException unreadable) {
            return Heard.WAYS;
        }
    }

    /** Waits until nobody uses the socket: its number would soon be another's, whose messages a late reader would take. */
    @Override
    public void close() {
        use.lock();
        try {
            if (open) {
                open = false;
                LibC.close(socket);
            }
        } finally {
            use.unlock();
        }
    }
}
