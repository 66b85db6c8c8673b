package org.karst.pipeline;

/**
 * What a flow must match exactly before Open vSwitch takes a match or a change of a field (ovs-fields(7), "Prerequisites").
 * A flow that lacks it would be refused with OFPBMC_BAD_PREREQ, so the linker says so first.
 */
public enum Prerequisite {
    NONE,
    VLAN,
    MPLS,
    ARP,
    IPV4,
    IPV6,
    /** IPv4 or IPv6. */
    IP,
    /** A packet with a network service header (RFC 8300) outside. */
    NSH,
    TCP,
    UDP,
    SCTP,
    ICMP,
    ICMPV6,
    /** ICMPv6 type 135 or 136, code 0. */
    ND,
    ND_SOLICIT,
    ND_ADVERT,
    /** A tracked packet that is not invalid: ct_state=+trk-inv. */
    CT,
    CT_IPV4,
    CT_IPV6,
    /** As CT, and ct_nw_proto one of TCP, UDP, SCTP. */
    CT_L4;

    /** Whether a match fulfils it. */
    public boolean holds(Match match) {
        return switch (this) {
            case NONE -> true;
            case VLAN -> match.has(Field.VLAN_VID) || match.has(Field.VLAN_TCI);
            case MPLS -> type(match, 0x8847) || type(match, 0x8848);
            case ARP -> type(match, 0x0806) || type(match, 0x8035);
            case IPV4 -> type(match, 0x0800);
            case IPV6 -> type(match, 0x86dd);
            case IP -> type(match, 0x0800) || type(match, 0x86dd);
            case NSH -> type(match, 0x894f);
            case TCP -> protocol(match, 6);
            case UDP -> protocol(match, 17);
            case SCTP -> protocol(match, 132);
            case ICMP -> type(match, 0x0800) && match.is(Field.NW_PROTO, 1);
            case ICMPV6 -> type(match, 0x86dd) && match.is(Field.NW_PROTO, 58);
            case ND -> ND_SOLICIT.holds(match) || ND_ADVERT.holds(match);
            case ND_SOLICIT -> ICMPV6.holds(match) && match.is(Field.ICMPV6_TYPE, 135);
            case ND_ADVERT -> ICMPV6.holds(match) && match.is(Field.ICMPV6_TYPE, 136);
            case CT -> tracked(match);
            case CT_IPV4 -> tracked(match) && type(match, 0x0800);
            case CT_IPV6 -> tracked(match) && type(match, 0x86dd);
            case CT_L4 -> tracked(match) && match.has(Field.CT_NW_PROTO);
        };
    }

    private static boolean type(Match match, int type) {
        return match.is(Field.ETH_TYPE, type);
    }

    private static boolean protocol(Match match, int protocol) {
        return IP.holds(match) && match.is(Field.NW_PROTO, protocol);
    }

    private static boolean tracked(Match match) {
        long mask = CtState.TRK.bit() | CtState.INV.bit();
        return (match.mask(Field.CT_STATE).low() & mask) == mask
                && (match.value(Field.CT_STATE).low() & mask) == CtState.TRK.bit();
    }
}
