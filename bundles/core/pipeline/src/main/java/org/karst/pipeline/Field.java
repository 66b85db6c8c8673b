package org.karst.pipeline;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The fields that a flow can match or change: the table of ovs-fields(7), as data. The order is that of the manual page's
 * sections, and that in which a match is written.
 *
 * <p>Lengths are those of Open vSwitch. Values of tun_metadata longer than 128 bits are out of range here.
 */
public enum Field {
    DP_HASH("dp_hash", 32, 4, FieldClass.NXM_NX, 35, Format.HEX, Prerequisite.NONE, true, false),
    RECIRC_ID("recirc_id", 32, 4, FieldClass.NXM_NX, 36, Format.DECIMAL, Prerequisite.NONE, false, false),
    PACKET_TYPE("packet_type", 32, 4, FieldClass.OXM_OF, 44, Format.PACKET_TYPE, Prerequisite.NONE, false, false),
    CONJ_ID("conj_id", 32, 4, FieldClass.NXM_NX, 37, Format.DECIMAL, Prerequisite.NONE, false, false),
    TUN_ID("tun_id", 64, 8, FieldClass.OXM_OF, 38, Format.HEX, Prerequisite.NONE, true, true),
    TUN_SRC("tun_src", 32, 4, FieldClass.NXM_NX, 31, Format.IPV4, Prerequisite.NONE, true, true),
    TUN_DST("tun_dst", 32, 4, FieldClass.NXM_NX, 32, Format.IPV4, Prerequisite.NONE, true, true),
    TUN_IPV6_SRC("tun_ipv6_src", 128, 16, FieldClass.NXM_NX, 109, Format.IPV6, Prerequisite.NONE, true, true),
    TUN_IPV6_DST("tun_ipv6_dst", 128, 16, FieldClass.NXM_NX, 110, Format.IPV6, Prerequisite.NONE, true, true),
    TUN_FLAGS("tun_flags", 1, 2, FieldClass.NXM_NX, 104, Format.HEX, Prerequisite.NONE, true, true),
    TUN_GBP_ID("tun_gbp_id", 16, 2, FieldClass.NXM_NX, 38, Format.DECIMAL, Prerequisite.NONE, true, true),
    TUN_GBP_FLAGS("tun_gbp_flags", 8, 1, FieldClass.NXM_NX, 39, Format.HEX, Prerequisite.NONE, true, true),
    TUN_ERSPAN_VER("tun_erspan_ver", 4, 1, FieldClass.NICIRA, 12, Format.DECIMAL, Prerequisite.NONE, true, true),
    TUN_ERSPAN_IDX("tun_erspan_idx", 20, 4, FieldClass.NICIRA, 11, Format.HEX, Prerequisite.NONE, true, true),
    TUN_ERSPAN_DIR("tun_erspan_dir", 1, 1, FieldClass.NICIRA, 13, Format.DECIMAL, Prerequisite.NONE, true, true),
    TUN_ERSPAN_HWID("tun_erspan_hwid", 6, 1, FieldClass.NICIRA, 14, Format.HEX, Prerequisite.NONE, true, true),
    TUN_GTPU_FLAGS("tun_gtpu_flags", 8, 1, FieldClass.NICIRA, 15, Format.HEX, Prerequisite.NONE, true, false),
    TUN_GTPU_MSGTYPE("tun_gtpu_msgtype", 8, 1, FieldClass.NICIRA, 16, Format.DECIMAL, Prerequisite.NONE, true, false),
    TUN_METADATA0("tun_metadata0", 128, 16, FieldClass.NXM_NX, 40, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA1("tun_metadata1", 128, 16, FieldClass.NXM_NX, 41, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA2("tun_metadata2", 128, 16, FieldClass.NXM_NX, 42, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA3("tun_metadata3", 128, 16, FieldClass.NXM_NX, 43, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA4("tun_metadata4", 128, 16, FieldClass.NXM_NX, 44, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA5("tun_metadata5", 128, 16, FieldClass.NXM_NX, 45, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA6("tun_metadata6", 128, 16, FieldClass.NXM_NX, 46, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA7("tun_metadata7", 128, 16, FieldClass.NXM_NX, 47, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA8("tun_metadata8", 128, 16, FieldClass.NXM_NX, 48, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA9("tun_metadata9", 128, 16, FieldClass.NXM_NX, 49, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA10("tun_metadata10", 128, 16, FieldClass.NXM_NX, 50, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA11("tun_metadata11", 128, 16, FieldClass.NXM_NX, 51, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA12("tun_metadata12", 128, 16, FieldClass.NXM_NX, 52, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA13("tun_metadata13", 128, 16, FieldClass.NXM_NX, 53, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA14("tun_metadata14", 128, 16, FieldClass.NXM_NX, 54, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA15("tun_metadata15", 128, 16, FieldClass.NXM_NX, 55, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA16("tun_metadata16", 128, 16, FieldClass.NXM_NX, 56, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA17("tun_metadata17", 128, 16, FieldClass.NXM_NX, 57, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA18("tun_metadata18", 128, 16, FieldClass.NXM_NX, 58, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA19("tun_metadata19", 128, 16, FieldClass.NXM_NX, 59, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA20("tun_metadata20", 128, 16, FieldClass.NXM_NX, 60, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA21("tun_metadata21", 128, 16, FieldClass.NXM_NX, 61, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA22("tun_metadata22", 128, 16, FieldClass.NXM_NX, 62, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA23("tun_metadata23", 128, 16, FieldClass.NXM_NX, 63, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA24("tun_metadata24", 128, 16, FieldClass.NXM_NX, 64, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA25("tun_metadata25", 128, 16, FieldClass.NXM_NX, 65, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA26("tun_metadata26", 128, 16, FieldClass.NXM_NX, 66, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA27("tun_metadata27", 128, 16, FieldClass.NXM_NX, 67, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA28("tun_metadata28", 128, 16, FieldClass.NXM_NX, 68, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA29("tun_metadata29", 128, 16, FieldClass.NXM_NX, 69, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA30("tun_metadata30", 128, 16, FieldClass.NXM_NX, 70, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA31("tun_metadata31", 128, 16, FieldClass.NXM_NX, 71, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA32("tun_metadata32", 128, 16, FieldClass.NXM_NX, 72, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA33("tun_metadata33", 128, 16, FieldClass.NXM_NX, 73, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA34("tun_metadata34", 128, 16, FieldClass.NXM_NX, 74, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA35("tun_metadata35", 128, 16, FieldClass.NXM_NX, 75, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA36("tun_metadata36", 128, 16, FieldClass.NXM_NX, 76, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA37("tun_metadata37", 128, 16, FieldClass.NXM_NX, 77, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA38("tun_metadata38", 128, 16, FieldClass.NXM_NX, 78, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA39("tun_metadata39", 128, 16, FieldClass.NXM_NX, 79, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA40("tun_metadata40", 128, 16, FieldClass.NXM_NX, 80, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA41("tun_metadata41", 128, 16, FieldClass.NXM_NX, 81, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA42("tun_metadata42", 128, 16, FieldClass.NXM_NX, 82, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA43("tun_metadata43", 128, 16, FieldClass.NXM_NX, 83, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA44("tun_metadata44", 128, 16, FieldClass.NXM_NX, 84, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA45("tun_metadata45", 128, 16, FieldClass.NXM_NX, 85, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA46("tun_metadata46", 128, 16, FieldClass.NXM_NX, 86, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA47("tun_metadata47", 128, 16, FieldClass.NXM_NX, 87, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA48("tun_metadata48", 128, 16, FieldClass.NXM_NX, 88, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA49("tun_metadata49", 128, 16, FieldClass.NXM_NX, 89, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA50("tun_metadata50", 128, 16, FieldClass.NXM_NX, 90, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA51("tun_metadata51", 128, 16, FieldClass.NXM_NX, 91, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA52("tun_metadata52", 128, 16, FieldClass.NXM_NX, 92, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA53("tun_metadata53", 128, 16, FieldClass.NXM_NX, 93, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA54("tun_metadata54", 128, 16, FieldClass.NXM_NX, 94, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA55("tun_metadata55", 128, 16, FieldClass.NXM_NX, 95, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA56("tun_metadata56", 128, 16, FieldClass.NXM_NX, 96, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA57("tun_metadata57", 128, 16, FieldClass.NXM_NX, 97, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA58("tun_metadata58", 128, 16, FieldClass.NXM_NX, 98, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA59("tun_metadata59", 128, 16, FieldClass.NXM_NX, 99, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA60("tun_metadata60", 128, 16, FieldClass.NXM_NX, 100, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA61("tun_metadata61", 128, 16, FieldClass.NXM_NX, 101, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA62("tun_metadata62", 128, 16, FieldClass.NXM_NX, 102, Format.HEX, Prerequisite.NONE, true, true),
    TUN_METADATA63("tun_metadata63", 128, 16, FieldClass.NXM_NX, 103, Format.HEX, Prerequisite.NONE, true, true),
    METADATA("metadata", 64, 8, FieldClass.OXM_OF, 2, Format.HEX, Prerequisite.NONE, true, true),
    IN_PORT("in_port", 16, 2, FieldClass.NXM_OF, 0, Format.PORT, Prerequisite.NONE, false, true),
    IN_PORT_OXM("in_port_oxm", 32, 4, FieldClass.OXM_OF, 0, Format.PORT, Prerequisite.NONE, false, false),
    ACTSET_OUTPUT("actset_output", 32, 4, FieldClass.OXM_OF, 43, Format.PORT, Prerequisite.NONE, false, false),
    PKT_MARK("pkt_mark", 32, 4, FieldClass.NXM_NX, 33, Format.HEX, Prerequisite.NONE, true, true),
    CT_STATE("ct_state", 32, 4, FieldClass.NXM_NX, 105, Format.CT_STATE, Prerequisite.NONE, true, false),
    CT_ZONE("ct_zone", 16, 2, FieldClass.NXM_NX, 106, Format.DECIMAL, Prerequisite.NONE, false, false),
    CT_MARK("ct_mark", 32, 4, FieldClass.NXM_NX, 107, Format.HEX, Prerequisite.NONE, true, true),
    CT_LABEL("ct_label", 128, 16, FieldClass.NXM_NX, 108, Format.HEX, Prerequisite.NONE, true, true),
    CT_NW_PROTO("ct_nw_proto", 8, 1, FieldClass.NXM_NX, 119, Format.DECIMAL, Prerequisite.CT, false, false),
    CT_NW_SRC("ct_nw_src", 32, 4, FieldClass.NXM_NX, 120, Format.IPV4, Prerequisite.CT_IPV4, true, false),
    CT_NW_DST("ct_nw_dst", 32, 4, FieldClass.NXM_NX, 121, Format.IPV4, Prerequisite.CT_IPV4, true, false),
    CT_IPV6_SRC("ct_ipv6_src", 128, 16, FieldClass.NXM_NX, 122, Format.IPV6, Prerequisite.CT_IPV6, true, false),
    CT_IPV6_DST("ct_ipv6_dst", 128, 16, FieldClass.NXM_NX, 123, Format.IPV6, Prerequisite.CT_IPV6, true, false),
    CT_TP_SRC("ct_tp_src", 16, 2, FieldClass.NXM_NX, 124, Format.DECIMAL, Prerequisite.CT_L4, true, false),
    CT_TP_DST("ct_tp_dst", 16, 2, FieldClass.NXM_NX, 125, Format.DECIMAL, Prerequisite.CT_L4, true, false),
    REG0("reg0", 32, 4, FieldClass.NXM_NX, 0, Format.HEX, Prerequisite.NONE, true, true),
    REG1("reg1", 32, 4, FieldClass.NXM_NX, 1, Format.HEX, Prerequisite.NONE, true, true),
    REG2("reg2", 32, 4, FieldClass.NXM_NX, 2, Format.HEX, Prerequisite.NONE, true, true),
    REG3("reg3", 32, 4, FieldClass.NXM_NX, 3, Format.HEX, Prerequisite.NONE, true, true),
    REG4("reg4", 32, 4, FieldClass.NXM_NX, 4, Format.HEX, Prerequisite.NONE, true, true),
    REG5("reg5", 32, 4, FieldClass.NXM_NX, 5, Format.HEX, Prerequisite.NONE, true, true),
    REG6("reg6", 32, 4, FieldClass.NXM_NX, 6, Format.HEX, Prerequisite.NONE, true, true),
    REG7("reg7", 32, 4, FieldClass.NXM_NX, 7, Format.HEX, Prerequisite.NONE, true, true),
    REG8("reg8", 32, 4, FieldClass.NXM_NX, 8, Format.HEX, Prerequisite.NONE, true, true),
    REG9("reg9", 32, 4, FieldClass.NXM_NX, 9, Format.HEX, Prerequisite.NONE, true, true),
    REG10("reg10", 32, 4, FieldClass.NXM_NX, 10, Format.HEX, Prerequisite.NONE, true, true),
    REG11("reg11", 32, 4, FieldClass.NXM_NX, 11, Format.HEX, Prerequisite.NONE, true, true),
    REG12("reg12", 32, 4, FieldClass.NXM_NX, 12, Format.HEX, Prerequisite.NONE, true, true),
    REG13("reg13", 32, 4, FieldClass.NXM_NX, 13, Format.HEX, Prerequisite.NONE, true, true),
    REG14("reg14", 32, 4, FieldClass.NXM_NX, 14, Format.HEX, Prerequisite.NONE, true, true),
    REG15("reg15", 32, 4, FieldClass.NXM_NX, 15, Format.HEX, Prerequisite.NONE, true, true),
    XREG0("xreg0", 64, 8, FieldClass.PACKET_REGISTER, 0, Format.HEX, Prerequisite.NONE, true, true),
    XREG1("xreg1", 64, 8, FieldClass.PACKET_REGISTER, 1, Format.HEX, Prerequisite.NONE, true, true),
    XREG2("xreg2", 64, 8, FieldClass.PACKET_REGISTER, 2, Format.HEX, Prerequisite.NONE, true, true),
    XREG3("xreg3", 64, 8, FieldClass.PACKET_REGISTER, 3, Format.HEX, Prerequisite.NONE, true, true),
    XREG4("xreg4", 64, 8, FieldClass.PACKET_REGISTER, 4, Format.HEX, Prerequisite.NONE, true, true),
    XREG5("xreg5", 64, 8, FieldClass.PACKET_REGISTER, 5, Format.HEX, Prerequisite.NONE, true, true),
    XREG6("xreg6", 64, 8, FieldClass.PACKET_REGISTER, 6, Format.HEX, Prerequisite.NONE, true, true),
    XREG7("xreg7", 64, 8, FieldClass.PACKET_REGISTER, 7, Format.HEX, Prerequisite.NONE, true, true),
    XXREG0("xxreg0", 128, 16, FieldClass.NXM_NX, 111, Format.HEX, Prerequisite.NONE, true, true),
    XXREG1("xxreg1", 128, 16, FieldClass.NXM_NX, 112, Format.HEX, Prerequisite.NONE, true, true),
    XXREG2("xxreg2", 128, 16, FieldClass.NXM_NX, 113, Format.HEX, Prerequisite.NONE, true, true),
    XXREG3("xxreg3", 128, 16, FieldClass.NXM_NX, 114, Format.HEX, Prerequisite.NONE, true, true),
    ETH_SRC("eth_src", 48, 6, FieldClass.OXM_OF, 4, Format.MAC, Prerequisite.NONE, true, true),
    ETH_DST("eth_dst", 48, 6, FieldClass.OXM_OF, 3, Format.MAC, Prerequisite.NONE, true, true),
    ETH_TYPE("eth_type", 16, 2, FieldClass.OXM_OF, 5, Format.HEX, Prerequisite.NONE, false, false),
    VLAN_TCI("vlan_tci", 16, 2, FieldClass.NXM_OF, 4, Format.HEX, Prerequisite.NONE, true, true),
    VLAN_VID("vlan_vid", 13, 2, FieldClass.OXM_OF, 6, Format.HEX, Prerequisite.NONE, true, true),
    VLAN_PCP("vlan_pcp", 3, 1, FieldClass.OXM_OF, 7, Format.DECIMAL, Prerequisite.VLAN, false, true),
    MPLS_LABEL("mpls_label", 20, 4, FieldClass.OXM_OF, 34, Format.DECIMAL, Prerequisite.MPLS, false, true),
    MPLS_TC("mpls_tc", 3, 1, FieldClass.OXM_OF, 35, Format.DECIMAL, Prerequisite.MPLS, false, true),
    MPLS_BOS("mpls_bos", 1, 1, FieldClass.OXM_OF, 36, Format.DECIMAL, Prerequisite.MPLS, false, false),
    MPLS_TTL("mpls_ttl", 8, 1, FieldClass.NXM_NX, 30, Format.DECIMAL, Prerequisite.MPLS, false, true),
    NW_SRC("nw_src", 32, 4, FieldClass.OXM_OF, 11, Format.IPV4, Prerequisite.IPV4, true, true),
    NW_DST("nw_dst", 32, 4, FieldClass.OXM_OF, 12, Format.IPV4, Prerequisite.IPV4, true, true),
    IPV6_SRC("ipv6_src", 128, 16, FieldClass.OXM_OF, 26, Format.IPV6, Prerequisite.IPV6, true, true),
    IPV6_DST("ipv6_dst", 128, 16, FieldClass.OXM_OF, 27, Format.IPV6, Prerequisite.IPV6, true, true),
    IPV6_LABEL("ipv6_label", 20, 4, FieldClass.OXM_OF, 28, Format.HEX, Prerequisite.IPV6, true, true),
    NW_PROTO("nw_proto", 8, 1, FieldClass.OXM_OF, 10, Format.DECIMAL, Prerequisite.IP, false, false),
    NW_TTL("nw_ttl", 8, 1, FieldClass.NXM_NX, 29, Format.DECIMAL, Prerequisite.IP, false, true),
    IP_FRAG("ip_frag", 2, 1, FieldClass.NXM_NX, 26, Format.FRAGMENT, Prerequisite.IP, true, false),
    NW_TOS("nw_tos", 8, 1, FieldClass.NXM_OF, 5, Format.DECIMAL, Prerequisite.IP, false, true),
    IP_DSCP("ip_dscp", 6, 1, FieldClass.OXM_OF, 8, Format.DECIMAL, Prerequisite.IP, false, true),
    NW_ECN("nw_ecn", 2, 1, FieldClass.OXM_OF, 9, Format.DECIMAL, Prerequisite.IP, false, true),
    ARP_OP("arp_op", 16, 2, FieldClass.OXM_OF, 21, Format.DECIMAL, Prerequisite.ARP, false, true),
    ARP_SPA("arp_spa", 32, 4, FieldClass.OXM_OF, 22, Format.IPV4, Prerequisite.ARP, true, true),
    ARP_TPA("arp_tpa", 32, 4, FieldClass.OXM_OF, 23, Format.IPV4, Prerequisite.ARP, true, true),
    ARP_SHA("arp_sha", 48, 6, FieldClass.OXM_OF, 24, Format.MAC, Prerequisite.ARP, true, true),
    ARP_THA("arp_tha", 48, 6, FieldClass.OXM_OF, 25, Format.MAC, Prerequisite.ARP, true, true),
    NSH_FLAGS("nsh_flags", 8, 1, FieldClass.NSH, 1, Format.DECIMAL, Prerequisite.NSH, true, true),
    NSH_TTL("nsh_ttl", 8, 1, FieldClass.NSH, 10, Format.DECIMAL, Prerequisite.NSH, false, true),
    NSH_MDTYPE("nsh_mdtype", 8, 1, FieldClass.NSH, 2, Format.DECIMAL, Prerequisite.NSH, false, false),
    NSH_NP("nsh_np", 8, 1, FieldClass.NSH, 3, Format.DECIMAL, Prerequisite.NSH, false, false),
    NSH_SPI("nsh_spi", 24, 4, FieldClass.NSH, 4, Format.HEX, Prerequisite.NSH, false, true),
    NSH_SI("nsh_si", 8, 1, FieldClass.NSH, 5, Format.DECIMAL, Prerequisite.NSH, false, true),
    NSH_C1("nsh_c1", 32, 4, FieldClass.NSH, 6, Format.HEX, Prerequisite.NSH, true, true),
    NSH_C2("nsh_c2", 32, 4, FieldClass.NSH, 7, Format.HEX, Prerequisite.NSH, true, true),
    NSH_C3("nsh_c3", 32, 4, FieldClass.NSH, 8, Format.HEX, Prerequisite.NSH, true, true),
    NSH_C4("nsh_c4", 32, 4, FieldClass.NSH, 9, Format.HEX, Prerequisite.NSH, true, true),
    TCP_SRC("tcp_src", 16, 2, FieldClass.OXM_OF, 13, Format.PORT_NUMBER, Prerequisite.TCP, true, true),
    TCP_DST("tcp_dst", 16, 2, FieldClass.OXM_OF, 14, Format.PORT_NUMBER, Prerequisite.TCP, true, true),
    TCP_FLAGS("tcp_flags", 12, 2, FieldClass.OXM_OF, 42, Format.HEX, Prerequisite.TCP, true, false),
    UDP_SRC("udp_src", 16, 2, FieldClass.OXM_OF, 15, Format.PORT_NUMBER, Prerequisite.UDP, true, true),
    UDP_DST("udp_dst", 16, 2, FieldClass.OXM_OF, 16, Format.PORT_NUMBER, Prerequisite.UDP, true, true),
    SCTP_SRC("sctp_src", 16, 2, FieldClass.OXM_OF, 17, Format.PORT_NUMBER, Prerequisite.SCTP, true, true),
    SCTP_DST("sctp_dst", 16, 2, FieldClass.OXM_OF, 18, Format.PORT_NUMBER, Prerequisite.SCTP, true, true),
    ICMP_TYPE("icmp_type", 8, 1, FieldClass.OXM_OF, 19, Format.DECIMAL, Prerequisite.ICMP, false, true),
    ICMP_CODE("icmp_code", 8, 1, FieldClass.OXM_OF, 20, Format.DECIMAL, Prerequisite.ICMP, false, true),
    ICMPV6_TYPE("icmpv6_type", 8, 1, FieldClass.OXM_OF, 29, Format.DECIMAL, Prerequisite.ICMPV6, false, true),
    ICMPV6_CODE("icmpv6_code", 8, 1, FieldClass.OXM_OF, 30, Format.DECIMAL, Prerequisite.ICMPV6, false, true),
    ND_TARGET("nd_target", 128, 16, FieldClass.OXM_OF, 31, Format.IPV6, Prerequisite.ND, true, true),
    ND_SLL("nd_sll", 48, 6, FieldClass.OXM_OF, 32, Format.MAC, Prerequisite.ND_SOLICIT, true, true),
    ND_TLL("nd_tll", 48, 6, FieldClass.OXM_OF, 33, Format.MAC, Prerequisite.ND_ADVERT, true, true),
    ND_RESERVED("nd_reserved", 32, 4, FieldClass.ERICSSON, 1, Format.HEX, Prerequisite.ND, false, true),
    ND_OPTIONS_TYPE("nd_options_type", 8, 1, FieldClass.ERICSSON, 2, Format.DECIMAL, Prerequisite.ND, false, true);

    /** The classes of NXM and OXM headers: what the first 16 bits of a field's header say, and the experimenter's number. */
    public enum FieldClass {
        NXM_OF(0x0000, 0),
        NXM_NX(0x0001, 0),
        OXM_OF(0x8000, 0),
        PACKET_REGISTER(0x8001, 0),
        ERICSSON(0x1000, 0),
        /** Nicira's fields with a header of 64 bits. */
        NICIRA(0xffff, 0x0000_2320),
        /** Those of the network service header (RFC 8300). */
        NSH(0xffff, 0x005a_d650);

        private final int number;
        private final int experimenter;

        FieldClass(int number, int experimenter) {
            this.number = number;
            this.experimenter = experimenter;
        }

        public int number() {
            return number;
        }

        /** The experimenter, 0 for a class that has none. */
        public int experimenter() {
            return experimenter;
        }
    }

    /** How a value is written. */
    public enum Format {
        HEX,
        DECIMAL,
        MAC,
        IPV4,
        IPV6,
        PORT,
        PORT_NUMBER,
        CT_STATE,
        FRAGMENT,
        PACKET_TYPE
    }

    private static final Map<String, Field> BY_NAME = byName();

    private final String fieldName;
    private final int bits;

    @SuppressWarnings("Immutable") // a record of two numbers
    private final Bits ones;

    private final int octets;
    private final FieldClass fieldClass;
    private final int number;
    private final Format format;
    private final Prerequisite prerequisite;
    private final boolean maskable;
    private final boolean writable;

    Field(
            String fieldName,
            int bits,
            int octets,
            FieldClass fieldClass,
            int number,
            Format format,
            Prerequisite prerequisite,
            boolean maskable,
            boolean writable) {
        this.fieldName = fieldName;
        this.bits = bits;
        this.ones = Bits.ones(bits);
        this.octets = octets;
        this.fieldClass = fieldClass;
        this.number = number;
        this.format = format;
        this.prerequisite = prerequisite;
        this.maskable = maskable;
        this.writable = writable;
    }

    private static Map<String, Field> byName() {
        Map<String, Field> names = new TreeMap<>();
        Arrays.stream(values()).forEach(field -> names.put(field.fieldName, field));
        return Collections.unmodifiableMap(names);
    }

    /** The field of a name of ovs-fields(7). */
    public static Optional<Field> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The name in ovs-fields(7). */
    public String fieldName() {
        return fieldName;
    }

    /** How many bits a value has. */
    public int bits() {
        return bits;
    }

    /** How many bytes a value takes in a message. */
    public int octets() {
        return octets;
    }

    public FieldClass fieldClass() {
        return fieldClass;
    }

    /** The number of the field in its class. */
    public int number() {
        return number;
    }

    public Format format() {
        return format;
    }

    /** What else a flow must match before it may match or change this field. */
    public Prerequisite prerequisite() {
        return prerequisite;
    }

    /** Whether a match may have a mask other than all ones. */
    public boolean maskable() {
        return maskable;
    }

    /** Whether an action may change the field. */
    public boolean writable() {
        return writable;
    }

    /** The mask of all bits. */
    public Bits ones() {
        return ones;
    }

    /** Bits {@code from} to {@code to}, both included. */
    public FieldRange range(int from, int to) {
        return new FieldRange(this, from, to);
    }

    /** All bits. */
    public FieldRange whole() {
        return new FieldRange(this, 0, bits - 1);
    }
}
