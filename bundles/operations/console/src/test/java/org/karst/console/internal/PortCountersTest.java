package org.karst.console.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PortCountersTest {
    @Test
    void readsWhatTheSwitchPrints() {
        String text =
                """
                netdev@ovs-netdev:
                  lookups: hit:9 missed:1 lost:0
                  flows: 3
                  port 0: ovs-netdev (tap)
                    RX packets:0 errors:0 dropped:0 overruns:0 frame:0
                    TX packets:0 errors:0 dropped:0 aborted:0 carrier:0
                    collisions:0
                    RX bytes:0  TX bytes:0
                  port 2: k5c1 (system)
                    RX packets:11 errors:0 dropped:2 overruns:0 frame:0
                    TX packets:7 errors:0 dropped:? aborted:0 carrier:0
                    collisions:0
                    RX bytes:1024 (1.0 KiB)  TX bytes:512 (0.5 KiB)
                """;
        assertThat(PortCounters.parse(text))
                .containsOnlyKeys("ovs-netdev", "k5c1")
                .containsEntry("k5c1", new PortCounters(11, 1024, 7, 512, 2));
    }

    @Test
    void whatIsNoSuchTextHasNoPorts() {
        assertThat(PortCounters.parse("")).isEmpty();
        assertThat(PortCounters.parse("RX packets:1 errors:0 dropped:0")).isEmpty();
    }
}
