package org.karst.host.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.karst.host.Link;
import org.karst.host.LinkAddress;
import org.karst.host.ManagedNeighbour;
import org.karst.host.Neighbour;
import org.karst.host.Route;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/** Reads the messages of a dump. An empty answer means: valid, but nothing of ours (another family, a cached route). */
public final class RouteDecoder {
    private static final int MAC_LENGTH = 6;

    private RouteDecoder() {}

    public static Optional<Link> link(Message message) throws MalformedMessageException {
        if (message.type() != RouteNetlink.NEW_LINK) {
            return Optional.empty();
        }
        ByteBuffer payload = requireHeader(message, RouteNetlink.LINK_HEADER_LENGTH);
        int index = payload.getInt(4);
        int flags = payload.getInt(8);
        Attributes attributes = attributes(payload, RouteNetlink.LINK_HEADER_LENGTH);
        boolean up = (flags & RouteNetlink.LINK_FLAG_UP) != 0;
        return Optional.of(new Link(
                index,
                attributes.text(RouteNetlink.LINK_NAME).orElse(""),
                attributes
                        .nest(RouteNetlink.LINK_INFO)
                        .text(RouteNetlink.INFO_KIND)
                        .orElse(""),
                mac(attributes.bytes(RouteNetlink.LINK_MAC)),
                attributes.u32(RouteNetlink.LINK_MTU).orElse(0),
                up,
                up && (flags & RouteNetlink.LINK_FLAG_LOWER_UP) != 0,
                attributes.u32(RouteNetlink.LINK_MASTER),
                attributes.u32(RouteNetlink.LINK_PEER),
                attributes.u32(RouteNetlink.LINK_GROUP).orElse(0)));
    }

    public static Optional<LinkAddress> address(Message message) throws MalformedMessageException {
        if (message.type() != RouteNetlink.NEW_ADDRESS) {
            return Optional.empty();
        }
        ByteBuffer payload = requireHeader(message, RouteNetlink.ADDRESS_HEADER_LENGTH);
        int family = Byte.toUnsignedInt(payload.get(0));
        int prefixLength = Byte.toUnsignedInt(payload.get(1));
        int index = payload.getInt(4);
        Attributes attributes = attributes(payload, RouteNetlink.ADDRESS_HEADER_LENGTH);
        // On a point-to-point link the first is the other end's address; without one both are the same.
        Optional<byte[]> local = attributes.bytes(RouteNetlink.ADDRESS_LOCAL);
        Optional<Ip> address =
                address(family, local.isPresent() ? local : attributes.bytes(RouteNetlink.ADDRESS_REMOTE));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        requirePrefix(address.get(), prefixLength);
        return Optional.of(new LinkAddress(
                index,
                new InterfaceAddress(address.get(), prefixLength),
                attributes.u8(RouteNetlink.ADDRESS_PROTOCOL).orElse(0)));
    }

    /** A route of a table. */
    public static Optional<Route> route(Message message) throws MalformedMessageException {
        return route(message, false);
    }

    /** The answer to a question for one address, which the kernel may mark as made for it. */
    public static Optional<Route> way(Message message) throws MalformedMessageException {
        return route(message, true);
    }

    private static Optional<Route> route(Message message, boolean cloned) throws MalformedMessageException {
        if (message.type() != RouteNetlink.NEW_ROUTE) {
            return Optional.empty();
        }
        ByteBuffer payload = requireHeader(message, RouteNetlink.ROUTE_HEADER_LENGTH);
        int family = Byte.toUnsignedInt(payload.get(0));
        int prefixLength = Byte.toUnsignedInt(payload.get(1));
        int shortTable = Byte.toUnsignedInt(payload.get(4));
        int protocol = Byte.toUnsignedInt(payload.get(5));
        int kind = Byte.toUnsignedInt(payload.get(7));
        int flags = payload.getInt(8);
        if (kind != RouteNetlink.ROUTE_UNICAST
                || (!cloned && (flags & RouteNetlink.ROUTE_FLAG_CLONED) != 0)
                || (family != LibC.AF_INET && family != LibC.AF_INET6)) {
            return Optional.empty();
        }
        Attributes attributes = attributes(payload, RouteNetlink.ROUTE_HEADER_LENGTH);
        Optional<byte[]> destination = attributes.bytes(RouteNetlink.ROUTE_DESTINATION);
        Ip prefix = destination.isPresent()
                ? address(family, destination).orElseThrow()
                : address(family, Optional.of(new byte[family == LibC.AF_INET ? 4 : 16]))
                        .orElseThrow();
        requirePrefix(prefix, prefixLength);
        return Optional.of(new Route(
                Cidr.around(prefix, prefixLength),
                address(family, attributes.bytes(RouteNetlink.ROUTE_GATEWAY)),
                attributes.u32(RouteNetlink.ROUTE_LINK).orElse(0),
                (flags & RouteNetlink.ROUTE_FLAG_ON_LINK) != 0,
                address(family, attributes.bytes(RouteNetlink.ROUTE_SOURCE)),
                attributes.u32(RouteNetlink.ROUTE_METRIC).orElse(0),
                attributes.u32(RouteNetlink.ROUTE_TABLE).orElse(shortTable),
                protocol));
    }

    public static Optional<Neighbour> neighbour(Message message) throws MalformedMessageException {
        if (message.type() != RouteNetlink.NEW_NEIGHBOUR) {
            return Optional.empty();
        }
        ByteBuffer payload = requireHeader(message, RouteNetlink.NEIGHBOUR_HEADER_LENGTH);
        int family = Byte.toUnsignedInt(payload.get(0));
        int index = payload.getInt(4);
        int state = Short.toUnsignedInt(payload.getShort(8));
        Attributes attributes = attributes(payload, RouteNetlink.NEIGHBOUR_HEADER_LENGTH);
        Optional<Ip> address = address(family, attributes.bytes(RouteNetlink.NEIGHBOUR_ADDRESS));
        Optional<MacAddress> mac = mac(attributes.bytes(RouteNetlink.NEIGHBOUR_MAC));
        if (address.isEmpty() || mac.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Neighbour(index, address.get(), mac.get(), (state & RouteNetlink.NEIGHBOUR_PERMANENT) != 0));
    }

    /** An entry that bears our mark, whether it is resolved or not. */
    public static Optional<ManagedNeighbour> managedNeighbour(Message message) throws MalformedMessageException {
        if (message.type() != RouteNetlink.NEW_NEIGHBOUR) {
            return Optional.empty();
        }
        ByteBuffer payload = requireHeader(message, RouteNetlink.NEIGHBOUR_HEADER_LENGTH);
        int family = Byte.toUnsignedInt(payload.get(0));
        int index = payload.getInt(4);
        Attributes attributes = attributes(payload, RouteNetlink.NEIGHBOUR_HEADER_LENGTH);
        if (attributes.u8(RouteNetlink.NEIGHBOUR_PROTOCOL).orElse(0) != Route.KARST) {
            return Optional.empty();
        }
        return address(family, attributes.bytes(RouteNetlink.NEIGHBOUR_ADDRESS))
                .map(address -> new ManagedNeighbour(index, address));
    }

    private static Attributes attributes(ByteBuffer payload, int headerLength) throws MalformedMessageException {
        return Attributes.parse(
                payload.slice(headerLength, payload.limit() - headerLength).order(payload.order()));
    }

    private static ByteBuffer requireHeader(Message message, int length) throws MalformedMessageException {
        if (message.payload().limit() < length) {
            throw new MalformedMessageException("message of type " + message.type() + " has "
                    + message.payload().limit() + " bytes, its header needs " + length);
        }
        return message.payload();
    }

    private static void requirePrefix(Ip address, int prefixLength) throws MalformedMessageException {
        int bits = address.family().bits();
        if (prefixLength > bits) {
            throw new MalformedMessageException("prefix length " + prefixLength + " is more than " + bits);
        }
    }

    private static Optional<Ip> address(int family, Optional<byte[]> bytes) throws MalformedMessageException {
        int length = family == LibC.AF_INET ? 4 : family == LibC.AF_INET6 ? 16 : 0;
        if (bytes.isEmpty() || length == 0) {
            return Optional.empty();
        }
        if (bytes.get().length != length) {
            throw new MalformedMessageException(
                    "address of family " + family + " has " + bytes.get().length + " bytes");
        }
        return Optional.of(Ip.of(bytes.get()));
    }

    private static Optional<MacAddress> mac(Optional<byte[]> bytes) {
        return bytes.filter(address -> address.length == MAC_LENGTH).map(address -> {
            long bits = 0;
            for (byte part : address) {
                bits = bits << 8 | (part & 0xff);
            }
            return new MacAddress(bits);
        });
    }
}
