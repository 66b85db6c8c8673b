package org.karst.questions;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.karst.model.Family;
import org.karst.pipeline.Connection;

/**
 * Which first packet to follow.
 *
 * @param source who opens the connection: NAMESPACE/POD, the name of a node, or an address
 * @param destination to whom, in the same notation
 * @param protocol of the connection
 * @param port the destination port; 0 for ICMP
 * @param family of the addresses; empty for the first that both ends have
 */
public record TraceRequest(String source, String destination, Protocol protocol, int port, Optional<Family> family) {
    private static final int LARGEST_PORT = 0xffff;
    private static final int DEFAULT_PORT = 80;

    /** What can be traced. */
    public enum Protocol {
        TCP(Connection.TCP, Connection.TCP),
        UDP(Connection.UDP, Connection.UDP),
        SCTP(Connection.SCTP, Connection.SCTP),
        /** An echo request. */
        ICMP(Connection.ICMP, Connection.ICMPV6);

        private final int four;
        private final int six;

        Protocol(int four, int six) {
            this.four = four;
            this.six = six;
        }

        /** IANA's number. */
        public int number(Family family) {
            return switch (family) {
                case IPV4 -> four;
                case IPV6 -> six;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public TraceRequest {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(family, "family");
    }

    /**
     * Reads words: SRC DST [tcp|udp|sctp|icmp [PORT]]; without a protocol it is TCP to port 80.
     *
     * @param family {@code 4} or {@code 6}; empty for the first that both ends have
     */
    public static TraceRequest parse(List<String> words, Optional<String> family) {
        if (words.size() < 2 || words.size() > 4) {
            throw QuestionException.invalid(
                    "trace wants SRC DST [tcp|udp|sctp|icmp [PORT]]: two ends, each NAMESPACE/POD,"
                            + " the name of a node or an address; as in: shop/web shop/store tcp 80");
        }
        Protocol protocol = words.size() < 3 ? Protocol.TCP : protocol(words.get(2));
        Optional<String> port = words.size() < 4 ? Optional.empty() : Optional.of(words.get(3));
        return new TraceRequest(
                words.get(0),
                words.get(1),
                protocol,
                port(protocol, words.size() < 3, port),
                family.map(TraceRequest::family));
    }

    private static Protocol protocol(String text) {
        return Arrays.stream(Protocol.values())
                .filter(each -> each.toString().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                        () -> QuestionException.invalid("'" + text + "' is no protocol that can be traced; there are "
                                + Arrays.stream(Protocol.values())
                                        .map(Protocol::toString)
                                        .collect(Collectors.joining(", "))));
    }

    private static int port(Protocol protocol, boolean whole, Optional<String> text) {
        if (protocol == Protocol.ICMP) {
            if (text.isPresent()) {
                throw QuestionException.invalid("icmp has no ports; an echo request is traced");
            }
            return 0;
        }
        if (text.isEmpty()) {
            if (whole) {
                return DEFAULT_PORT;
            }
            throw QuestionException.invalid(protocol + " wants a port, as in: " + protocol + " " + DEFAULT_PORT);
        }
        if (!text.get().matches("[0-9]{1,5}")
                || Integer.parseInt(text.get()) > LARGEST_PORT
                || Integer.parseInt(text.get()) == 0) {
            throw QuestionException.invalid("'" + text.get() + "' is no port; it must be 1 to " + LARGEST_PORT);
        }
        return Integer.parseInt(text.get());
    }

    private static Family family(String text) {
        return switch (text) {
            case "4" -> Family.IPV4;
            case "6" -> Family.IPV6;
            default -> throw QuestionException.invalid("the family is 4 or 6, not '" + text + "'");
        };
    }
}
