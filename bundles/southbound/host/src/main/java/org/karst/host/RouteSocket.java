package org.karst.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.karst.host.internal.LibC;
import org.karst.host.internal.MalformedMessageException;
import org.karst.host.internal.Message;
import org.karst.host.internal.RouteDecoder;
import org.karst.host.internal.RouteNetlink;
import org.karst.model.Ip;

/**
 * A netlink socket of the route family (rtnetlink(7)) in the namespace of the thread that opened it. Used by one thread at
 * a time.
 *
 * <p>Buffers are bounded: at most {@value #BATCH_BYTES} bytes and {@value #BATCH_MESSAGES} requests are on their way at once,
 * an answer is read into one buffer of {@value #RECEIVE_BYTES} bytes, a dump has at most a million objects.
 */
public final class RouteSocket implements AutoCloseable {
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int ADDRESS_LENGTH = 12;
    private static final int TIMEOUT_SECONDS = 10;

    private static final int BATCH_BYTES = 32 * 1024;
    private static final int BATCH_MESSAGES = 64;
    /** The kernel fills at most 32 KiB at once (netlink(7)). */
    private static final int RECEIVE_BYTES = 64 * 1024;

    private static final int DUMP_OBJECTS = 1_000_000;
    private static final int DUMP_ATTEMPTS = 5;

    private final int socket;
    private final ByteOrder order = ByteOrder.nativeOrder();
    private final byte[] received = new byte[RECEIVE_BYTES];
    private int sequence;
    private boolean open = true;

    private RouteSocket(int socket) {
        this.socket = socket;
    }

    /** Opens a socket in the namespace of the calling thread. */
    public static RouteSocket open() throws HostException {
        int socket = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, NETLINK_ROUTE);
        if (socket < 0) {
            throw new HostException("open a netlink socket", LibC.errno(), "");
        }
        RouteSocket opened = new RouteSocket(socket);
        try {
            opened.require(LibC.bind(socket, opened.kernelAddress(), ADDRESS_LENGTH), "bind a netlink socket");
            opened.require(opened.option(LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, timeout()), "set a receive timeout");
            // Without the next three (kernels before 4.12, 4.12, 4.20) answers are longer and errors have fewer words.
            opened.option(SOL_NETLINK, NETLINK_CAP_ACK, opened.number(1));
            opened.option(SOL_NETLINK, NETLINK_EXT_ACK, opened.number(1));
            opened.option(SOL_NETLINK, NETLINK_GET_STRICT_CHK, opened.number(1));
            return opened;
        } catch (HostException refused) {
            opened.close();
            throw refused;
        }
    }

    /** Opens a socket in {@code namespace}; it stays there, so any thread may use it. */
    public static RouteSocket open(NetworkNamespace namespace) throws HostException {
        try {
            return namespace.call(inside -> open());
        } catch (HostException refused) {
            throw refused;
        } catch (java.io.IOException failed) {
            throw new HostException(failed.getMessage());
        }
    }

    /** Makes one change. */
    public void execute(RouteRequest request) throws HostException {
        List<HostException> failures = executeAll(List.of(request));
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /**
     * Makes changes in this order, in as few system calls as the bounds allow. The kernel goes on after a refusal, so later
     * requests are tried too.
     *
     * @return one failure for each refused request, in order; empty when all succeeded
     * @throws HostException when the socket itself fails; then it is unknown which changes were made
     */
    public List<HostException> executeAll(List<RouteRequest> requests) throws HostException {
        return List.copyOf(tryAll(requests).values());
    }

    /**
     * {@link #executeAll} with the failures by request (by identity: a request has no equals).
     *
     * @return the refused requests in the order of the list
     */
    public Map<RouteRequest, HostException> tryAll(List<RouteRequest> requests) throws HostException {
        Map<RouteRequest, HostException> failures = new LinkedHashMap<>();
        List<RouteRequest> batch = new ArrayList<>();
        List<byte[]> encoded = new ArrayList<>();
        int bytes = 0;
        for (RouteRequest request : requests) {
            byte[] message = request.encode(order, sequence + 1 + batch.size(), Message.ACK);
            if (batch.size() == BATCH_MESSAGES || bytes + message.length > BATCH_BYTES) {
                exchange(batch, encoded, bytes, failures);
                batch.clear();
                encoded.clear();
                bytes = 0;
                message = request.encode(order, sequence + 1, Message.ACK);
            }
            batch.add(request);
            encoded.add(message);
            bytes += message.length;
        }
        if (!batch.isEmpty()) {
            exchange(batch, encoded, bytes, failures);
        }
        return failures;
    }

    /** All links. */
    public List<Link> links() throws HostException {
        return dump(
                RouteRequest.dump("link show", RouteNetlink.GET_LINK, RouteNetlink.LINK_HEADER_LENGTH),
                RouteDecoder::link);
    }

    /** The link with this name. */
    public Optional<Link> link(String name) throws HostException {
        return ask(RouteRequest.getLink(name), RouteDecoder::link, Set.of(LibC.ENODEV));
    }

    /** The route that a packet of this machine to that address takes; empty: there is none. */
    public Optional<Route> way(Ip destination) throws HostException {
        return ask(RouteRequest.getRoute(destination), RouteDecoder::way, Set.of(LibC.ENETUNREACH, LibC.EHOSTUNREACH));
    }

    /** Asks for one object; some errors say that there is none. */
    private <T> Optional<T> ask(RouteRequest request, Decoder<T> decoder, Set<Integer> none) throws HostException {
        sequence++;
        send(request.encode(order, sequence, Message.ACK), request.toString());
        Optional<T> answer = Optional.empty();
        while (true) {
            for (Message message : receive(request.toString())) {
                if (message.sequence() != sequence) {
                    continue;
                }
                try {
                    if (message.errno().isPresent()) {
                        int errno = message.errno().getAsInt();
                        if (errno != 0 && !none.contains(errno)) {
                            throw new HostException(request.toString(), errno, message.extendedText());
                        }
                        return answer;
                    }
                    Optional<T> decoded = decoder.decode(message);
                    answer = decoded.isPresent() ? decoded : answer;
                } catch (MalformedMessageException malformed) {
                    throw malformed(request.toString(), malformed);
                }
            }
        }
    }

    /** All addresses of both families. */
    public List<LinkAddress> addresses() throws HostException {
        return dump(
                RouteRequest.dump("address show", RouteNetlink.GET_ADDRESS, RouteNetlink.ADDRESS_HEADER_LENGTH),
                RouteDecoder::address);
    }

    /** All unicast routes of both families and all tables. */
    public List<Route> routes() throws HostException {
        return dump(
                RouteRequest.dump("route show table all", RouteNetlink.GET_ROUTE, RouteNetlink.ROUTE_HEADER_LENGTH),
                RouteDecoder::route);
    }

    /** All neighbour entries of both families that have an Ethernet address. */
    public List<Neighbour> neighbours() throws HostException {
        return dump(
                RouteRequest.dump("neighbour show", RouteNetlink.GET_NEIGHBOUR, RouteNetlink.NEIGHBOUR_HEADER_LENGTH),
                RouteDecoder::neighbour);
    }

    /** The neighbour entries of both families that Karst made, resolved or not. */
    public List<ManagedNeighbour> managedNeighbours() throws HostException {
        return dump(
                RouteRequest.dump("neighbour show", RouteNetlink.GET_NEIGHBOUR, RouteNetlink.NEIGHBOUR_HEADER_LENGTH),
                RouteDecoder::managedNeighbour);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            LibC.close(socket);
        }
    }

    /** Reads one object out of a message of a dump. */
    @FunctionalInterface
    private interface Decoder<T> {
        Optional<T> decode(Message message) throws MalformedMessageException;
    }

    /** A dump that the kernel marks as interrupted by a change (NLM_F_DUMP_INTR) may miss objects, so it is made again. */
    private <T> List<T> dump(RouteRequest request, Decoder<T> decoder) throws HostException {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            List<T> objects = new ArrayList<>();
            if (dumpOnce(request, decoder, objects)) {
                return objects;
            }
        }
        throw new HostException("cannot " + request + ": the tables changed during each of " + DUMP_ATTEMPTS
                + " attempts to read them");
    }

    private <T> boolean dumpOnce(RouteRequest request, Decoder<T> decoder, List<T> objects) throws HostException {
        sequence++;
        send(request.encode(order, sequence, 0), request.toString());
        boolean consistent = true;
        while (true) {
            for (Message message : receive(request.toString())) {
                if (message.sequence() != sequence) {
                    continue;
                }
                consistent &= (message.flags() & Message.DUMP_INTERRUPTED) == 0;
                try {
                    if (message.errno().isPresent()) {
                        int errno = message.errno().getAsInt();
                        if (errno != 0) {
                            throw new HostException(request.toString(), errno, message.extendedText());
                        }
                        return consistent;
                    }
                    decoder.decode(message).ifPresent(objects::add);
                } catch (MalformedMessageException malformed) {
                    throw malformed(request.toString(), malformed);
                }
                if (objects.size() > DUMP_OBJECTS) {
                    throw new HostException("cannot " + request + ": more than " + DUMP_OBJECTS + " objects");
                }
            }
        }
    }

    /** Sends a batch and waits for the answer of each request in it. */
    private void exchange(
            List<RouteRequest> batch, List<byte[]> encoded, int bytes, Map<RouteRequest, HostException> failures)
            throws HostException {
        ByteBuffer all = ByteBuffer.allocate(bytes);
        encoded.forEach(all::put);
        int first = sequence + 1;
        sequence += batch.size();
        String words = batch.get(0) + (batch.size() > 1 ? " and " + (batch.size() - 1) + " more" : "");
        send(all.array(), words);
        Map<Integer, HostException> refused = new HashMap<>();
        int answered = 0;
        while (answered < batch.size()) {
            for (Message message : receive(words)) {
                int place = message.sequence() - first;
                if (place < 0 || place >= batch.size()) {
                    continue;
                }
                try {
                    if (message.errno().isEmpty()) {
                        continue;
                    }
                    answered++;
                    int errno = message.errno().getAsInt();
                    if (errno != 0) {
                        refused.put(
                                place, new HostException(batch.get(place).toString(), errno, message.extendedText()));
                    }
                } catch (MalformedMessageException malformed) {
                    throw malformed(words, malformed);
                }
            }
        }
        for (int place = 0; place < batch.size(); place++) {
            if (refused.containsKey(place)) {
                failures.put(batch.get(place), refused.get(place));
            }
        }
    }

    private void send(byte[] data, String words) throws HostException {
        if (!open) {
            throw new HostException("cannot " + words + ": the netlink socket is closed");
        }
        long sent;
        do {
            sent = LibC.sendto(socket, data, data.length, 0, kernelAddress(), ADDRESS_LENGTH);
        } while (sent < 0 && LibC.errno() == LibC.EINTR);
        if (sent != data.length) {
            throw new HostException(words, sent < 0 ? LibC.errno() : LibC.EMSGSIZE, "");
        }
    }

    /** The messages of one datagram from the kernel; what another process sends is ignored. */
    private List<Message> receive(String words) throws HostException {
        while (true) {
            byte[] sender = new byte[ADDRESS_LENGTH];
            int[] senderLength = {ADDRESS_LENGTH};
            long length = LibC.recvfrom(socket, received, received.length, LibC.MSG_TRUNC, sender, senderLength);
            if (length < 0) {
                int errno = LibC.errno();
                if (errno == LibC.EINTR) {
                    continue;
                }
                throw errno == LibC.EAGAIN
                        ? new HostException(
                                words, LibC.ETIMEDOUT, "no answer from the kernel in " + TIMEOUT_SECONDS + " s")
                        : new HostException(words, errno, "");
            }
            if (length > received.length) {
                throw new HostException(words, LibC.EMSGSIZE, "an answer of " + length + " bytes");
            }
            if (ByteBuffer.wrap(sender).order(order).getInt(4) != 0) {
                continue;
            }
            try {
                return Message.split(ByteBuffer.wrap(received, 0, (int) length).order(order));
            } catch (MalformedMessageException malformed) {
                throw malformed(words, malformed);
            }
        }
    }

    private static HostException malformed(String words, MalformedMessageException malformed) {
        return new HostException(words, LibC.EPROTO, "the answer is malformed: " + malformed.getMessage());
    }

    /** struct sockaddr_nl of the kernel: port 0, no groups. */
    private byte[] kernelAddress() {
        return ByteBuffer.allocate(ADDRESS_LENGTH)
                .order(order)
                .putShort((short) LibC.AF_NETLINK)
                .array();
    }

    /** struct timeval on a 64-bit machine. */
    private static byte[] timeout() {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(TIMEOUT_SECONDS)
                .array();
    }

    private byte[] number(int value) {
        return ByteBuffer.allocate(4).order(order).putInt(value).array();
    }

    private int option(int level, int name, byte[] value) {
        return LibC.setsockopt(socket, level, name, value, value.length);
    }

    private void require(int result, String words) throws HostException {
        if (result != 0) {
            throw new HostException(words, LibC.errno(), "");
        }
    }
}
