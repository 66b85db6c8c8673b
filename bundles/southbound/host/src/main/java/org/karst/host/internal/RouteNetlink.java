package org.karst.host.internal;

/** Numbers of rtnetlink(7), from linux/rtnetlink.h, if_link.h, if_addr.h, neighbour.h and veth.h; part of the kernel's stable interface. */
public final class RouteNetlink {
    public static final int NEW_LINK = 16;
    public static final int DELETE_LINK = 17;
    public static final int GET_LINK = 18;
    public static final int SET_LINK = 19;
    public static final int NEW_ADDRESS = 20;
    public static final int DELETE_ADDRESS = 21;
    public static final int GET_ADDRESS = 22;
    public static final int NEW_ROUTE = 24;
    public static final int DELETE_ROUTE = 25;
    public static final int GET_ROUTE = 26;
    public static final int NEW_NEIGHBOUR = 28;
    public static final int DELETE_NEIGHBOUR = 29;
    public static final int GET_NEIGHBOUR = 30;

    /** struct ifinfomsg: family, pad, u16 type, index, flags, change mask. */
    public static final int LINK_HEADER_LENGTH = 16;

    public static final int LINK_FLAG_UP = 0x1;
    public static final int LINK_FLAG_LOWER_UP = 0x10000;
    public static final int LINK_MAC = 1;
    public static final int LINK_NAME = 3;
    public static final int LINK_MTU = 4;
    public static final int LINK_PEER = 5;
    public static final int LINK_MASTER = 10;
    public static final int LINK_INFO = 18;
    public static final int LINK_GROUP = 27;
    public static final int LINK_NAMESPACE_DESCRIPTOR = 28;
    public static final int INFO_KIND = 1;
    public static final int INFO_DATA = 2;
    public static final int VETH_PEER = 1;

    /** struct ifaddrmsg: family, prefix length, flags, scope, index. */
    public static final int ADDRESS_HEADER_LENGTH = 8;

    public static final int ADDRESS_REMOTE = 1;
    public static final int ADDRESS_LOCAL = 2;
    /** IFA_PROTO, kept since Linux 5.18 and ignored before. */
    public static final int ADDRESS_PROTOCOL = 11;

    public static final int ADDRESS_FLAG_NO_DETECTION = 0x2;

    /** struct rtmsg: family, two prefix lengths, tos, table, protocol, scope, type, flags. */
    public static final int ROUTE_HEADER_LENGTH = 12;

    public static final int ROUTE_DESTINATION = 1;
    public static final int ROUTE_LINK = 4;
    public static final int ROUTE_GATEWAY = 5;
    public static final int ROUTE_METRIC = 6;
    public static final int ROUTE_SOURCE = 7;
    public static final int ROUTE_TABLE = 15;
    public static final int ROUTE_FLAG_ON_LINK = 0x4;
    public static final int ROUTE_FLAG_CLONED = 0x200;
    public static final int ROUTE_UNICAST = 1;
    public static final int SCOPE_UNIVERSE = 0;
    public static final int SCOPE_LINK = 253;
    public static final int SCOPE_NOWHERE = 255;

    /** struct ndmsg: family, pad, u16 pad, index, u16 state, flags, type. */
    public static final int NEIGHBOUR_HEADER_LENGTH = 12;

    public static final int NEIGHBOUR_ADDRESS = 1;
    public static final int NEIGHBOUR_MAC = 2;
    public static final int NEIGHBOUR_REACHABLE = 0x2;
    public static final int NEIGHBOUR_PROBE = 0x10;
    public static final int NEIGHBOUR_PERMANENT = 0x80;
    /** NDA_PROTOCOL, kept since Linux 5.2. */
    public static final int NEIGHBOUR_PROTOCOL = 12;
    /** NDA_FLAGS_EXT, since Linux 5.16; ignored before. */
    public static final int NEIGHBOUR_EXTENDED_FLAGS = 15;

    public static final int NEIGHBOUR_MANAGED = 0x1;
    /** NTF_USE: resolve it now. */
    public static final int NEIGHBOUR_FLAG_USE = 0x1;
    /** NTF_EXT_LEARNED: somebody else's knowledge, which the kernel does not throw away to make room. */
    public static final int NEIGHBOUR_FLAG_EXTERNAL = 0x10;

    private RouteNetlink() {}
}
