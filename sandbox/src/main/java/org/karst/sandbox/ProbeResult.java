package org.karst.sandbox;

/**
 * What a probe measured.
 *
 * @param protocol ICMP, UDP or TCP
 * @param from name of the place that sent
 * @param to address, for example {@code 10.128.0.5}
 * @param payload bytes of payload of each packet, or of the whole transfer for TCP
 * @param sent packets sent; for TCP 1
 * @param received packets that came back intact
 * @param milliseconds of the whole probe
 * @param problem empty when all came back; else what went wrong, in one sentence
 */
public record ProbeResult(
        Protocol protocol,
        String from,
        String to,
        int payload,
        int sent,
        int received,
        double milliseconds,
        String problem) {
    /** What was sent. */
    public enum Protocol {
        ICMP,
        UDP,
        TCP
    }

    public boolean passed() {
        return received == sent && problem.isEmpty();
    }

    /** Packets that never came back. */
    public int lost() {
        return sent - received;
    }
}
