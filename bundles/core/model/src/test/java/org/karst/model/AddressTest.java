package org.karst.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,0.0.0.0",
        "255.255.255.255,255.255.255.255",
        "::,::",
        "::1,::1",
        "1::,1::",
        "2001:DB8::1,2001:db8::1",
        "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1,2001:0:0:1::1",
        "::ffff:10.0.0.1,::ffff:a00:1",
        "1:2:3:4:5:6:7::,1:2:3:4:5:6:7:0",
    })
    void textIsReadAndWrittenInItsCanonicalForm(String text, String canonical) {
        assertThat(Ip.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "01.2.3.4",
                "256.1.1.1",
                "1.2.3.-4",
                "a.b.c.d",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "::12345",
                "fe80::1%eth0",
                "::1.2.3",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:8::",
                "١.1.1.1"
            })
    void whatIsNoAddressIsRefusedWithItsText(String text) {
        assertThatThrownBy(() -> Ip.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void agreesWithThePlatformOnRandomAddresses() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j += 2) {
                if (random.nextBoolean()) {
                    bytes[j] = 0;
                    bytes[j + 1] = 0;
                }
            }
            Ip ip = Ip.of(bytes);
            assertThat(ip.bytes()).isEqualTo(bytes);
            assertThat(Ip.parse(ip.toString())).isEqualTo(ip);
            if (bytes.length == 4) {
                assertThat(ip).hasToString(InetAddress.getByAddress(bytes).getHostAddress());
            }
        }
    }

    @Test
    void additionCarriesOverTheHalves() {
        assertThat(Ip.parse("fd00::ffff:ffff:ffff:ffff").plus(1)).hasToString("fd00:0:0:1::");
        assertThat(Ip.parse("fd00:0:0:1::").plus(-1)).hasToString("fd00::ffff:ffff:ffff:ffff");
        assertThat(Ip.parse("10.0.0.255").plus(1)).hasToString("10.0.1.0");
    }

    @Test
    void aPrefixKnowsWhatItHolds() {
        Cidr cidr = Cidr.parse("10.128.0.0/14");
        assertThat(cidr.contains(Ip.parse("10.131.255.255"))).isTrue();
        assertThat(cidr.contains(Ip.parse("10.132.0.0"))).isFalse();
        assertThat(cidr.contains(Ip.parse("::1"))).isFalse();
        assertThat(cidr.overlaps(Cidr.parse("10.0.0.0/8"))).isTrue();
        assertThat(cidr.overlaps(Cidr.parse("10.132.0.0/14"))).isFalse();
        assertThat(cidr.netmask()).hasToString("255.252.0.0");
        assertThat(Cidr.parse("fd01::/48").netmask()).hasToString("ffff:ffff:ffff::");
        assertThat(Cidr.parse("::/0").contains(Ip.parse("ff02::1"))).isTrue();
        assertThat(Cidr.parse("10.0.0.0/30").address(3)).hasToString("10.0.0.3");
        assertThatThrownBy(() -> Cidr.parse("10.0.0.0/30").address(4)).hasMessageContaining("no address number 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/24", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "fd00::/129", "/8"})
    void whatIsNoPrefixIsRefused(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void macAddressesFollowFromAddresses() {
        assertThat(MacAddress.of(Ip.parse("10.128.0.5"))).hasToString("0a:58:0a:80:00:05");
        assertThat(MacAddress.of(Ip.parse("fd01:0:0:1::5")))
                .as("0a:58 and what sha256sum says of the address")
                .hasToString("0a:58:87:e8:4b:af");
        assertThat(MacAddress.parse("0a:58:0a:80:00:05").linkLocal()).hasToString("fe80::858:aff:fe80:5");
        assertThatThrownBy(() -> MacAddress.parse("0a:58:0a:80:00")).hasMessageContaining("0a:58:0a:80:00");
    }
}
