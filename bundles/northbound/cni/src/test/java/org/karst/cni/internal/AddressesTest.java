package org.karst.cni.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.pipeline.World;

/** Who gets which address, and when it is given again. */
class AddressesTest extends DaemonOnOneNode {
    @Test
    void aFullSubnetIsNamedAndAFreedAddressIsThenGivenAtOnce() {
        ready("10.128.2.0/29");
        for (int i = 0; i < 3; i++) {
            assertThat(add("c" + i).addresses()).containsExactly("10.128.2." + (4 + i) + "/29");
        }
        Reply full = add("c3");
        assertThat(full.code()).isEqualTo(101);
        assertThat(full.message())
                .isEqualTo("Subnet 10.128.2.0/29 of node node-1 is full: there is no address for pod default/pod-c3.");
        delete("c1");
        assertThat(add("c3").addresses()).containsExactly("10.128.2.5/29");
    }

    @Test
    void aRequestedAddressIsGivenOrItsHolderNamed() {
        ready("10.128.2.0/24");
        assertThat(addWith("c1", "{'ips':['10.128.2.77/24'],'mac':'02:00:00:00:00:07'}")
                        .addresses())
                .containsExactly("10.128.2.77/24");
        Reply held = addWith("c2", "{'ips':['10.128.2.77']}");
        assertThat(held.code()).isEqualTo(101);
        assertThat(held.message())
                .isEqualTo("The requested address 10.128.2.77 cannot be given to pod default/pod-c2: pod default/pod-c1"
                        + " holds it.");
        assertThat(addWith("c2", "{'mac':'02:00:00:00:00:07'}").message()).contains("pod default/pod-c1 holds it");
        delete("c1");
        assertThat(addWith("c2", "{'ips':['10.128.2.77']}").addresses())
                .as("no delay")
                .containsExactly("10.128.2.77/24");
        for (String given : List.of(
                "10.128.2.0", "10.128.2.1", "10.128.2.2", "10.128.2.3", "10.128.2.255", "10.128.3.4", "fd00::9")) {
            assertThat(addWith("c3", "{'ips':['" + given + "']}").message())
                    .as(given)
                    .contains("is not one that node node-1 gives");
        }
        assertThat(addWith("c3", "{'ips':['10.128.2.8','10.128.2.9']}").code()).isEqualTo(7);
        assertThat(addWith("c3", "{'ips':['ten']}").code()).isEqualTo(7);
        assertThat(addWith("c3", "{'mac':'01:00:5e:00:00:01'}").message()).contains("no unicast MAC address");
    }

    @Test
    void attachmentsAndFreedAddressesOutliveTheProcess() {
        ready("10.128.2.0/28");
        add("c1");
        add("c2");
        add("c3");
        delete("c2");
        clock.pass(Duration.ofSeconds(5));
        delete("c1");
        assertThat(node.entries()).containsOnlyKeys("karst-freed-10.128.2.4", "karst-freed-10.128.2.5");

        start();
        ready("10.128.2.0/28");
        assertThat(add("c3").code()).isEqualTo(100);
        List<String> given = new ArrayList<>();
        for (int i = 4; i < 14; i++) {
            given.addAll(add("d" + i).addresses());
        }
        // never given back, then given back longest ago
        assertThat(given)
                .containsExactly(
                        "10.128.2.7/28",
                        "10.128.2.8/28",
                        "10.128.2.9/28",
                        "10.128.2.10/28",
                        "10.128.2.11/28",
                        "10.128.2.12/28",
                        "10.128.2.13/28",
                        "10.128.2.14/28",
                        "10.128.2.5/28",
                        "10.128.2.4/28");
        assertThat(node.entries()).isEmpty();
        assertThat(delete("c3").success()).isTrue();
        assertThat(node.ports()).hasSize(10);
    }

    @Test
    void aFreedIpv6AddressIsForgottenAfterAnHour() {
        ready("fd01::/64");
        add("c1");
        delete("c1");
        assertThat(node.entries()).containsOnlyKeys("karst-freed-fd01::4");
        assertThat(add("c2").addresses()).containsExactly("fd01::5/64");
        clock.pass(Duration.ofHours(2));
        until(view -> view.all(World.FREED_ADDRESSES).isEmpty());
        assertThat(node.entries()).isEmpty();
        assertThat(add("c3").addresses()).as("another one all the same").containsExactly("fd01::6/64");
    }

    @Test
    void anySequenceKeepsAddressesUniqueAndReusesTheOldestLast() {
        ready("10.128.2.0/28");
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Ip> live = new HashMap<>();
        Map<Ip, Instant> freed = new HashMap<>();
        int reused = 0;
        for (int i = 0; i < 600; i++) {
            clock.pass(Duration.ofSeconds(1 + random.nextInt(40)));
            String container = "c" + random.nextInt(14);
            if (random.nextInt(3) == 0) {
                delete(container);
                Optional.ofNullable(live.remove(container)).ifPresent(ip -> freed.put(ip, clock.instant()));
            } else if (!live.containsKey(container)) {
                Reply reply = add(container);
                if (live.size() == 11) {
                    assertThat(reply.code()).isEqualTo(101);
                    continue;
                }
                Ip ip = Ip.parse(reply.addresses().get(0).replaceFirst("/.*", ""));
                assertThat(live.values()).doesNotContain(ip);
                Instant time = freed.remove(ip);
                if (time != null) {
                    reused++;
                    assertThat(live.size() + freed.size())
                            .as("no fresh one was left")
                            .isEqualTo(10);
                    assertThat(freed.values())
                            .allSatisfy(other -> assertThat(other).isAfterOrEqualTo(time));
                }
                live.put(container, ip);
            }
        }
        assertThat(reused).isGreaterThan(50);
    }

    @Test
    void theFirstFreeAddressOfASmallSubnetIsThere() {
        assertThat(AddressPool.FRESH.choose(Cidr.parse("10.0.0.0/29"), ip -> false, ip -> false))
                .get()
                .extracting(AddressPool.Choice::address)
                .isEqualTo(Ip.parse("10.0.0.4"));
        for (String none : List.of("10.0.0.0/30", "10.0.0.0/31", "10.0.0.1/32", "fd00::/127")) {
            assertThat(AddressPool.FRESH.choose(Cidr.parse(none), ip -> false, ip -> false))
                    .isEmpty();
        }
    }
}
