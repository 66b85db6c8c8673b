package org.karst.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.karst.model.Cidr;
import org.karst.testing.seeded.Sequences;

/** What {@link Match#toString} writes and Open vSwitch prints is read back. */
class MatchTextTest {
    private static final List<Match> PROTOCOLS =
            List.of("arp", "ip", "ipv6", "tcp", "tcp6", "udp", "udp6", "sctp", "sctp6", "icmp", "icmp6", "rarp")
                    .stream()
                    .map(Match::parse)
                    .toList();

    /** One more condition; not all of them go together. */
    private record Condition(Field field, Bits value, Bits mask) {
        static Condition random(RandomGenerator random) {
            if (random.nextInt(4) == 0) {
                Match protocol = PROTOCOLS.get(random.nextInt(PROTOCOLS.size()));
                Field field = random.nextBoolean() || !protocol.has(Field.NW_PROTO) ? Field.ETH_TYPE : Field.NW_PROTO;
                return new Condition(field, protocol.value(field), protocol.mask(field));
            }
            Field field = Field.values()[random.nextInt(Field.values().length)];
            if (field == Field.IP_FRAG) {
                // Its words are five for eight masked values (ovs-fields(7)), so only those that the words mean come
                // back.
                String[] words = {"no", "yes", "first", "later", "not_later"};
                Match match = Match.parse("nw_frag=" + words[random.nextInt(words.length)]);
                return new Condition(field, match.value(field), match.mask(field));
            }
            Bits possible = field == Field.CT_STATE ? Bits.ones(CtState.values().length) : field.ones();
            Bits mask = possible;
            if (field == Field.CT_STATE || field.maskable() && random.nextBoolean()) {
                mask = random.nextBoolean()
                        ? new Bits(random.nextLong(), random.nextLong()).and(possible)
                        : Bits.ones(random.nextInt(field.bits() + 1))
                                .shiftLeft(random.nextInt(field.bits() + 1))
                                .and(possible);
            }
            Bits value = new Bits(random.nextLong(), random.nextLong());
            if (field.format() == Field.Format.PORT) {
                // Numbers between 0xff00 and the reserved ones of 32 bits stand for no port.
                value = random.nextInt(8) == 0
                        ? field.ones().and(Bits.of(0xffff_fffeL))
                        : Bits.of(random.nextInt(0xff00));
            }
            return new Condition(field, value.and(mask), mask);
        }
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Sequences.of(Condition::random).upTo(8).times(5_000).obey(conditions -> {
            Match match = Match.all();
            for (Condition condition : conditions) {
                try {
                    match = match.and(condition.field(), condition.value(), condition.mask());
                } catch (IllegalArgumentException contradiction) {
                    assertThat(contradiction).hasMessageMatching("(?s)no packet has .*|.* cannot be matched: .*");
                }
            }
            if (Prerequisite.ICMPV6.holds(match) && (match.has(Field.ICMP_TYPE) || match.has(Field.ICMP_CODE))) {
                return; // No switch takes it, and what Open vSwitch prints as icmp_type there is icmpv6_type.
            }
            assertThat(Match.parse(match.toString())).as(match.toString()).isEqualTo(match);
        });
    }

    @Test
    void nothingButASentenceComesOfGarbage() {
        String[] pieces = {
            "ip", ",", "=", "nw_dst", "10.0.0.1", "/", "33", "0x", "ct_state=", "+trk", "-", "reg0", "\u0000", " "
        };
        Sequences.<String>of(random -> pieces[random.nextInt(pieces.length)])
                .upTo(12)
                .times(5_000)
                .obey(parts -> {
                    String text = String.join("", parts);
                    try {
                        Match match = Match.parse(text);
                        assertThat(Match.parse(match.toString())).isEqualTo(match);
                    } catch (IllegalArgumentException e) {
                        assertThat(e.getMessage()).isNotBlank();
                    }
                });
    }

    @Test
    void aSourcePrefixIsRead() {
        assertThat(Match.parse("ip,nw_src=10.128.0.0/14")).isEqualTo(Match.ip().source(Cidr.parse("10.128.0.0/14")));
        assertThat(Match.parse("ipv6,ipv6_src=fd01::/48"))
                .isEqualTo(Match.ipv6().source(Cidr.parse("fd01::/48")));
        assertThat(Match.parse(" ")).isEqualTo(Match.all());
    }

    /** Left as Open vSwitch prints it, right as we write it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dl_dst=01:00:00:00:00:00/01:00:00:00:00:00 | eth_dst=01:00:00:00:00:00/01:00:00:00:00:00",
                "tcp,tp_dst=80 | tcp,tcp_dst=80",
                "udp6,tp_src=0x1000/0xf000 | udp6,udp_src=0x1000/0xf000",
                "icmp6,icmp_type=135,icmp_code=0 | icmp6,icmpv6_type=135,icmpv6_code=0",
                "icmp,icmp_type=8 | icmp,icmp_type=8",
                "ip,nw_frag=later | ip,ip_frag=later",
                "tcp,tcp_flags=+syn-ack | tcp,tcp_flags=0x2/0x12",
                "ct_state=+trk-inv,ip | ct_state=-inv+trk,ip",
                "in_port=LOCAL | in_port=LOCAL",
                "ip,nw_dst=10.0.0.0/255.0.255.0 | ip,nw_dst=10.0.0.0/255.0.255.0",
                "dl_type=0x86dd | ipv6",
            })
    void readsWhatOpenVSwitchPrints(String printed, String ours) {
        assertThat(Match.parse(printed)).hasToString(ours);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nw_dst|'nw_dst' is neither a protocol nor a condition like nw_dst=10.128.0.5",
                "ip,colour=red|'colour' is not a field of ovs-fields(7)",
                "tp_dst=80|'tp_dst' needs a protocol in the same match that has it, such as tcp, udp6 or icmp6",
                "ip,,arp|a condition is missing beside a comma in 'ip,,arp'",
                "nw_proto=300|'nw_proto=300' has no value that fits nw_proto: it has 8 bits",
                "ip,nw_dst=fd00::1|'nw_dst=fd00::1' has no value that fits nw_dst: it is no IPV4 address",
                "ip,nw_dst=10.0.0.1/40|'nw_dst=10.0.0.1/40' has no value that fits nw_dst: a prefix has at most 32 bits",
                "reg0=many|'reg0=many' has no value that fits reg0: expected a number",
                "ct_state=trk|'ct_state=trk' has no value that fits ct_state: expected flags with + or - before each, of"
                        + " [dnat, est, inv, new, rel, rpl, snat, trk]",
            })
    void saysWhatItCannotRead(String textAndSentence) {
        String[] parts = textAndSentence.split("\\|", 2);
        assertThatThrownBy(() -> Match.parse(parts[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(parts[1]);
    }

    @Test
    void saysWhatCannotBe() {
        assertThatThrownBy(() -> Match.parse("ip,arp"))
                .hasMessageStartingWith("'arp' cannot be: no packet has ip and eth_type");
        assertThatThrownBy(() -> Match.parse("ip,nw_dst=10.0.0.1/24"))
                .hasMessageContaining("a bit of the value is outside its mask");
    }
}
