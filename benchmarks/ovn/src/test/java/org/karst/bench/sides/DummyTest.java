package org.karst.bench.sides;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The pods are spread evenly and named as both sides name them. */
class DummyTest {
    @Test
    void podsTakeTurnsOnNodes() {
        assertThat(Dummy.spread(1000, 30, 7).stream()
                        .collect(Collectors.groupingBy(Dummy::node, Collectors.counting())))
                .hasSize(30)
                .allSatisfy((node, count) -> assertThat(count).isBetween(33L, 34L));
    }

    @Test
    void thePortIsNamedByTheHashOfContainerAndInterface() {
        // printf pod-0/eth0 | sha256sum
        assertThat(new Dummy("ns-0", "pod-0", 1).port()).isEqualTo("vethcef99c8e05b");
        assertThat(Dummy.spread(1000, 3, 1).stream().map(Dummy::port)).doesNotHaveDuplicates();
    }

    @Test
    void addressesAreThoseOfTheNodesSubnets() {
        assertThat(Dummy.address(1, 4)).isEqualTo("10.128.0.4");
        assertThat(Dummy.address(2, 300)).isEqualTo("10.128.3.44");
        assertThat(Dummy.address(129, 1)).isEqualTo("10.129.0.1");
        assertThat(Dummy.mac("10.128.3.44")).isEqualTo("0a:58:0a:80:03:2c");
    }
}
