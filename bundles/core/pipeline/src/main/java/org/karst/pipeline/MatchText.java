package org.karst.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a match as ovs-ofctl(8) and {@link Match#toString} write it. Older names of fields that Open vSwitch still prints
 * ({@code dl_src}, {@code tp_dst}) are understood.
 */
final class MatchText {
    /** Between conditions; the value of packet_type has one in brackets. */
    private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");

    private static final Map<String, Field> OTHER_NAMES = Map.of(
            "dl_src", Field.ETH_SRC,
            "dl_dst", Field.ETH_DST,
            "dl_type", Field.ETH_TYPE,
            "tunnel_id", Field.TUN_ID,
            "nw_frag", Field.IP_FRAG,
            "ip_ecn", Field.NW_ECN,
            "ip_src", Field.NW_SRC,
            "ip_dst", Field.NW_DST);

    /** Fields whose name says only which part of the protocol's header: by protocol, what is meant. */
    private static final Map<String, List<Field>> BY_PROTOCOL = Map.of(
            "tp_src", List.of(Field.TCP_SRC, Field.UDP_SRC, Field.SCTP_SRC),
            "tp_dst", List.of(Field.TCP_DST, Field.UDP_DST, Field.SCTP_DST),
            "icmp_type", List.of(Field.ICMP_TYPE, Field.ICMPV6_TYPE),
            "icmp_code", List.of(Field.ICMP_CODE, Field.ICMPV6_CODE));

    private MatchText() {}

    /**
     * The match that a text means.
     *
     * @throws IllegalArgumentException with a sentence that names the part which cannot be read
     */
    static Match read(String text) {
        Match match = Match.all();
        List<String> conditions = new ArrayList<>();
        for (String part : COMMA.split(text, -1)) {
            String word = part.strip();
            Optional<Match> protocol = ProtocolName.find(word);
            if (protocol.isPresent()) {
                match = narrow(match, protocol.get(), word);
            } else if (!word.isEmpty()) {
                conditions.add(word);
            } else if (!text.isBlank()) {
                throw new IllegalArgumentException("a condition is missing beside a comma in '" + text.strip() + "'");
            }
        }
        for (String condition : conditions) {
            match = narrow(match, condition);
        }
        return match;
    }

    private static Match narrow(Match match, Match more, String word) {
        Match both = match;
        for (Field field : more.fields()) {
            both = and(both, field, new Masked(more.value(field), more.mask(field)), word);
        }
        return both;
    }

    private static Match narrow(Match match, String condition) {
        int equals = condition.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "'" + condition + "' is neither a protocol nor a condition like nw_dst=10.128.0.5");
        }
        String name = condition.substring(0, equals).strip();
        Field field = field(match, name);
        return and(
                match,
                field,
                FieldText.read(field, condition.substring(equals + 1).strip(), condition),
                condition);
    }

    private static Field field(Match match, String name) {
        List<Field> candidates = BY_PROTOCOL.get(name);
        if (candidates != null) {
            return candidates.stream()
                    .filter(field -> field.prerequisite().holds(match))
                    .findFirst()
                    .or(() -> Field.find(name))
                    .orElseThrow(() -> new IllegalArgumentException("'" + name
                            + "' needs a protocol in the same match that has it, such as tcp, udp6 or icmp6"));
        }
        return Optional.ofNullable(OTHER_NAMES.get(name))
                .or(() -> Field.find(name))
                .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is not a field of ovs-fields(7)"));
    }

    private static Match and(Match match, Field field, Masked bits, String condition) {
        try {
            return match.and(field, bits.value(), bits.mask());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + condition + "' cannot be: " + e.getMessage(), e);
        }
    }

    /** A value with its mask. */
    record Masked(Bits value, Bits mask) {}
}
