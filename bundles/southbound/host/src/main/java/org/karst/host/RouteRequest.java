package org.karst.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.karst.host.internal.LibC;
import org.karst.host.internal.Message;
import org.karst.host.internal.MessageWriter;
import org.karst.host.internal.RouteNetlink;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/**
 * One change to links, addresses, routes or neighbours, as a value that can be batched with others.
 *
 * <p>{@code toString()} is the same change in the words of ip(8), for error messages and logs. Links are named by name where
 * the kernel allows it, so that a batch can create a link and go on with it.
 */
public final class RouteRequest {
    private static final int SMALLEST_MTU = 68;
    private static final int LARGEST_MTU = 65536;

    private final String words;
    private final int type;
    private final int flags;
    private final Body body;

    private RouteRequest(String words, int type, int flags, Body body) {
        this.words = words;
        this.type = type;
        this.flags = flags;
        this.body = body;
    }

    /** Writes what follows the message header. */
    @FunctionalInterface
    private interface Body {
        void write(MessageWriter message) throws HostException;
    }

    /** Creates both ends of a veth pair, each at once where it belongs. Fails when one exists. */
    public static RouteRequest create(VethPair pair) {
        VethPair.End here = pair.here();
        VethPair.End there = pair.there();
        String words = "link add name " + words(here) + " type veth peer name " + words(there)
                + there.namespace().map(place -> " netns " + place).orElse("");
        return new RouteRequest(words, RouteNetlink.NEW_LINK, Message.CREATE | Message.EXCLUSIVE, message -> {
            int namespace =
                    there.namespace().isPresent() ? there.namespace().get().descriptor() : -1;
            linkHeader(message);
            end(message, here);
            message.attribute(RouteNetlink.LINK_INFO, info -> info.attributeText(RouteNetlink.INFO_KIND, "veth")
                    .attribute(
                            RouteNetlink.INFO_DATA,
                            data -> data.attribute(RouteNetlink.VETH_PEER, peer -> {
                                linkHeader(peer);
                                end(peer, there);
                                if (namespace >= 0) {
                                    peer.attributeU32(RouteNetlink.LINK_NAMESPACE_DESCRIPTOR, namespace);
                                }
                            })));
        });
    }

    /** Creates a link without settings of its kind, for example a {@code bridge}. */
    public static RouteRequest create(String name, String kind) {
        Link.requireName(name);
        return new RouteRequest(
                "link add name " + name + " type " + kind,
                RouteNetlink.NEW_LINK,
                Message.CREATE | Message.EXCLUSIVE,
                message -> {
                    linkHeader(message);
                    message.attributeText(RouteNetlink.LINK_NAME, name)
                            .attribute(
                                    RouteNetlink.LINK_INFO, info -> info.attributeText(RouteNetlink.INFO_KIND, kind));
                });
    }

    /** Deletes a link; of a veth pair both ends go. */
    public static RouteRequest deleteLink(String name) {
        Link.requireName(name);
        return new RouteRequest("link delete dev " + name, RouteNetlink.DELETE_LINK, 0, message -> {
            linkHeader(message);
            message.attributeText(RouteNetlink.LINK_NAME, name);
        });
    }

    public static RouteRequest up(String name) {
        return setLink(name, "up", RouteNetlink.LINK_FLAG_UP, RouteNetlink.LINK_FLAG_UP, message -> {});
    }

    public static RouteRequest down(String name) {
        return setLink(name, "down", 0, RouteNetlink.LINK_FLAG_UP, message -> {});
    }

    /** Sets the MTU, in bytes, 68 to 65536 (1280 at least where IPv6 is used). */
    public static RouteRequest mtu(String name, int mtu) {
        requireMtu(mtu);
        return setLink(name, "mtu " + mtu, 0, 0, message -> message.attributeU32(RouteNetlink.LINK_MTU, mtu));
    }

    public static RouteRequest macAddress(String name, MacAddress mac) {
        byte[] bytes = bytes(mac);
        return setLink(name, "address " + mac, 0, 0, message -> message.attribute(RouteNetlink.LINK_MAC, bytes));
    }

    /** Makes the link a port of a bridge, by the bridge's index; 0 takes it out. */
    public static RouteRequest master(String name, int bridge) {
        return setLink(
                name, "master " + bridge, 0, 0, message -> message.attributeU32(RouteNetlink.LINK_MASTER, bridge));
    }

    /** Puts the link into a group; 0 is the group of all others. */
    public static RouteRequest group(String name, int group) {
        return setLink(name, "group " + group, 0, 0, message -> message.attributeU32(RouteNetlink.LINK_GROUP, group));
    }

    /** Deletes all links of a group at once; fails with ENODEV when it has none. */
    public static RouteRequest deleteGroup(int group) {
        return new RouteRequest("link delete group " + group, RouteNetlink.DELETE_LINK, 0, message -> {
            linkHeader(message);
            message.attributeU32(RouteNetlink.LINK_GROUP, group);
        });
    }

    /** Moves the link to another namespace. Costs the kernel a grace period: a veth is better created there. */
    public static RouteRequest moveTo(String name, NetworkNamespace namespace) {
        return setLink(
                name,
                "netns " + namespace,
                0,
                0,
                message -> message.attributeU32(RouteNetlink.LINK_NAMESPACE_DESCRIPTOR, namespace.descriptor()));
    }

    /** Renames the link with this index; refused by older kernels while it is up. */
    public static RouteRequest rename(int link, String name) {
        Link.requireName(name);
        return new RouteRequest("link set dev " + link + " name " + name, RouteNetlink.SET_LINK, 0, message -> {
            message.u8(0).u8(0).u16(0).u32(link).u32(0).u32(0);
            message.attributeText(RouteNetlink.LINK_NAME, name);
        });
    }

    /** Adds an address; fails when it exists. IPv6 without duplicate address detection. */
    public static RouteRequest add(LinkAddress address) {
        return address("address add " + address, RouteNetlink.NEW_ADDRESS, Message.CREATE | Message.EXCLUSIVE, address);
    }

    /** Adds an address or leaves an equal one as it is. */
    public static RouteRequest replace(LinkAddress address) {
        return address(
                "address replace " + address, RouteNetlink.NEW_ADDRESS, Message.CREATE | Message.REPLACE, address);
    }

    public static RouteRequest remove(LinkAddress address) {
        return address("address delete " + address, RouteNetlink.DELETE_ADDRESS, 0, address);
    }

    /** Adds a route; fails when there is one with the same destination, metric and table. */
    public static RouteRequest add(Route route) {
        return route("route add " + route, RouteNetlink.NEW_ROUTE, Message.CREATE | Message.EXCLUSIVE, route);
    }

    /** Adds a route or changes the one with the same destination, metric and table. */
    public static RouteRequest replace(Route route) {
        return route("route replace " + route, RouteNetlink.NEW_ROUTE, Message.CREATE | Message.REPLACE, route);
    }

    public static RouteRequest remove(Route route) {
        return route("route delete " + route, RouteNetlink.DELETE_ROUTE, 0, route);
    }

    /** Adds a neighbour entry or changes the one for the same address. */
    public static RouteRequest replace(Neighbour neighbour) {
        return neighbour(
                "neighbour replace " + neighbour,
                RouteNetlink.NEW_NEIGHBOUR,
                Message.CREATE | Message.REPLACE,
                neighbour);
    }

    public static RouteRequest remove(Neighbour neighbour) {
        return neighbour("neighbour delete " + neighbour, RouteNetlink.DELETE_NEIGHBOUR, 0, neighbour);
    }

    /**
     * Has the kernel resolve a neighbour now and keep it resolved. An entry that is there already becomes ours; what it knows
     * stays.
     */
    public static RouteRequest manage(ManagedNeighbour neighbour) {
        return new RouteRequest(
                "neighbour replace " + neighbour,
                RouteNetlink.NEW_NEIGHBOUR,
                Message.CREATE | Message.REPLACE,
                message -> managed(
                                message,
                                neighbour,
                                0,
                                RouteNetlink.NEIGHBOUR_FLAG_USE | RouteNetlink.NEIGHBOUR_FLAG_EXTERNAL)
                        .attribute(RouteNetlink.NEIGHBOUR_PROTOCOL, new byte[] {(byte) Route.KARST})
                        .attributeU32(RouteNetlink.NEIGHBOUR_EXTENDED_FLAGS, RouteNetlink.NEIGHBOUR_MANAGED));
    }

    /**
     * Has the kernel ask now whether what it knows of a neighbour still holds. Fails when there is no entry (ENOENT) or nothing
     * known (EINVAL).
     */
    public static RouteRequest probe(ManagedNeighbour neighbour) {
        return new RouteRequest(
                "neighbour change " + neighbour + " nud probe",
                RouteNetlink.NEW_NEIGHBOUR,
                Message.REPLACE,
                message -> managed(message, neighbour, RouteNetlink.NEIGHBOUR_PROBE, 0));
    }

    public static RouteRequest remove(ManagedNeighbour neighbour) {
        return new RouteRequest(
                "neighbour delete " + neighbour,
                RouteNetlink.DELETE_NEIGHBOUR,
                0,
                message -> managed(message, neighbour, 0, 0));
    }

    private static MessageWriter managed(MessageWriter message, ManagedNeighbour neighbour, int state, int flags) {
        return message.u8(family(neighbour.address()))
                .u8(0)
                .u16(0)
                .u32(neighbour.link())
                .u16(state)
                .u8(flags)
                .u8(0)
                .attribute(RouteNetlink.NEIGHBOUR_ADDRESS, neighbour.address().bytes());
    }

    /** The request for the way to one address. */
    static RouteRequest getRoute(Ip destination) {
        byte[] bytes = destination.bytes();
        return new RouteRequest(
                "route get " + destination, RouteNetlink.GET_ROUTE, 0, message -> message.u8(family(destination))
                        .u8(bytes.length * Byte.SIZE)
                        .u8(0)
                        .u8(0)
                        .u32(0)
                        .u32(0)
                        .attribute(RouteNetlink.ROUTE_DESTINATION, bytes));
    }

    /** The request for one link by name. */
    static RouteRequest getLink(String name) {
        Link.requireName(name);
        return new RouteRequest("link show dev " + name, RouteNetlink.GET_LINK, 0, message -> {
            linkHeader(message);
            message.attributeText(RouteNetlink.LINK_NAME, name);
        });
    }

    /** The request for all objects of a kind; the header is as long as the kernel's strict check wants it. */
    static RouteRequest dump(String words, int type, int headerLength) {
        return new RouteRequest(words, type, Message.DUMP, message -> {
            for (int i = 0; i < headerLength; i++) {
                message.u8(0);
            }
        });
    }

    /** The bytes of the message. */
    byte[] encode(ByteOrder order, int sequence, int moreFlags) throws HostException {
        MessageWriter message = new MessageWriter(order);
        body.write(message);
        return message.finish(type, flags | Message.REQUEST | moreFlags, sequence);
    }

    /** The change in the words of ip(8). */
    @Override
    public String toString() {
        return words;
    }

    private static RouteRequest setLink(String name, String words, int flags, int change, Body body) {
        Link.requireName(name);
        return new RouteRequest("link set dev " + name + " " + words, RouteNetlink.SET_LINK, 0, message -> {
            message.u8(0).u8(0).u16(0).u32(0).u32(flags).u32(change);
            message.attributeText(RouteNetlink.LINK_NAME, name);
            body.write(message);
        });
    }

    private static RouteRequest address(String words, int type, int flags, LinkAddress address) {
        return new RouteRequest(words, type, flags, message -> {
            byte[] bytes = address.address().address().bytes();
            message.u8(family(address.address().address()))
                    .u8(address.address().length())
                    .u8(bytes.length == 16 ? RouteNetlink.ADDRESS_FLAG_NO_DETECTION : 0)
                    .u8(RouteNetlink.SCOPE_UNIVERSE)
                    .u32(address.link());
            message.attribute(RouteNetlink.ADDRESS_LOCAL, bytes).attribute(RouteNetlink.ADDRESS_REMOTE, bytes);
            if (address.protocol() != 0) {
                message.attribute(RouteNetlink.ADDRESS_PROTOCOL, new byte[] {(byte) address.protocol()});
            }
        });
    }

    private static RouteRequest route(String words, int type, int flags, Route route) {
        return new RouteRequest(words, type, flags, message -> {
            boolean removal = type == RouteNetlink.DELETE_ROUTE;
            boolean direct = route.gateway().isEmpty();
            message.u8(family(route.destination().network()))
                    .u8(route.destination().length())
                    .u8(0)
                    .u8(0)
                    // Tables above 255 are in the attribute only.
                    .u8(route.table() > 255 ? 0 : route.table())
                    .u8(route.protocol())
                    .u8(
                            removal
                                    ? RouteNetlink.SCOPE_NOWHERE
                                    : direct ? RouteNetlink.SCOPE_LINK : RouteNetlink.SCOPE_UNIVERSE)
                    .u8(RouteNetlink.ROUTE_UNICAST)
                    .u32(route.onLink() ? RouteNetlink.ROUTE_FLAG_ON_LINK : 0);
            if (route.destination().length() > 0) {
                message.attribute(
                        RouteNetlink.ROUTE_DESTINATION,
                        route.destination().network().bytes());
            }
            message.attributeU32(RouteNetlink.ROUTE_TABLE, route.table())
                    .attributeU32(RouteNetlink.ROUTE_LINK, route.link());
            attribute(message, RouteNetlink.ROUTE_GATEWAY, route.gateway());
            attribute(message, RouteNetlink.ROUTE_SOURCE, route.source());
            if (route.metric() != 0) {
                message.attributeU32(RouteNetlink.ROUTE_METRIC, route.metric());
            }
        });
    }

    private static RouteRequest neighbour(String words, int type, int flags, Neighbour neighbour) {
        byte[] mac = bytes(neighbour.mac());
        return new RouteRequest(words, type, flags, message -> message.u8(family(neighbour.address()))
                .u8(0)
                .u16(0)
                .u32(neighbour.link())
                .u16(neighbour.permanent() ? RouteNetlink.NEIGHBOUR_PERMANENT : RouteNetlink.NEIGHBOUR_REACHABLE)
                .u8(0)
                .u8(0)
                .attribute(RouteNetlink.NEIGHBOUR_ADDRESS, neighbour.address().bytes())
                .attribute(RouteNetlink.NEIGHBOUR_MAC, mac));
    }

    private static void attribute(MessageWriter message, int type, Optional<Ip> address) {
        address.ifPresent(value -> message.attribute(type, value.bytes()));
    }

    private static void linkHeader(MessageWriter message) {
        message.u8(0).u8(0).u16(0).u32(0).u32(0).u32(0);
    }

    private static void end(MessageWriter message, VethPair.End end) {
        message.attributeText(RouteNetlink.LINK_NAME, end.name());
        end.mac().ifPresent(address -> message.attribute(RouteNetlink.LINK_MAC, bytes(address)));
        end.mtu().ifPresent(mtu -> message.attributeU32(RouteNetlink.LINK_MTU, requireMtu(mtu)));
    }

    private static String words(VethPair.End end) {
        return end.name()
                + end.mac().map(address -> " address " + address).orElse("")
                + (end.mtu().isPresent() ? " mtu " + end.mtu().getAsInt() : "");
    }

    private static int family(Ip address) {
        return address.family() == Family.IPV4 ? LibC.AF_INET : LibC.AF_INET6;
    }

    private static int requireMtu(int mtu) {
        if (mtu < SMALLEST_MTU || mtu > LARGEST_MTU) {
            throw new IllegalArgumentException("MTU " + mtu + " is not in " + SMALLEST_MTU + ".." + LARGEST_MTU);
        }
        return mtu;
    }

    private static byte[] bytes(MacAddress mac) {
        return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(mac.bits()).array(), 2, 8);
    }
}
