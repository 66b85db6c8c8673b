package org.karst.bench.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DatapathTest {
    private static String flow(String identity, String port, String source, String zone) {
        return "ufid:" + identity + ", skb_priority(0/0),ct_state(0x22/0x3d),ct_zone(" + zone
                + "),recirc_id(0x1),in_port("
                + port + "),packet_type(ns=0,id=0),eth(src=0a:58:0a:80:00:04,dst=0a:58:0a:80:00:01/00:00:00:00:00:00)"
                + ",eth_type(0x0800),ipv4(src=" + source
                + ",dst=10.128.2.4/255.255.254.0,frag=no),tcp(src=45976/0,dst=5201/0)"
                + ", packets:14, bytes:1036, used:4.532s, flags:S, dp:ovs, actions:ct(zone=64000),recirc(0x9)";
    }

    @Test
    void whatAMegaflowMatchesIsNoPartOfItsMask() {
        String mask = Datapath.mask(flow("d69e70f6-cc6c", "veth1", "10.128.0.4", "0xfa00/0"));
        assertThat(mask)
                .isEqualTo(
                        "skb_priority(*/0),ct_state(*/0x3d),ct_zone(*/0),recirc_id(*),in_port(*),packet_type(ns=*,id=*)"
                                + ",eth(src=*,dst=*/00:00:00:00:00:00),eth_type(*),ipv4(src=*,dst=*/255.255.254.0,frag=*)"
                                + ",tcp(src=*/0,dst=*/0)");
        assertThat(Datapath.mask(flow("b7e25e59", "genev_sys_6081", "10.128.9.9", "0x5/0")))
                .isEqualTo(mask);
        assertThat(Datapath.mask(flow("d69e70f6-cc6c", "veth1", "10.128.0.4/255.255.254.0", "0xfa00/0")))
                .isNotEqualTo(mask);
        assertThat(Datapath.mask(flow("d69e70f6-cc6c", "veth1", "10.128.0.4", "0xfa00/0xffff")))
                .isNotEqualTo(mask);
    }
}
