package org.karst.pipeline;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.karst.model.PodKey;

/**
 * What policies decided about one packet, for the audit log.
 *
 * @param node whose switch decided
 * @param direction whose policies: those of the source (EGRESS) or of the destination (INGRESS)
 * @param verdict what they decided
 * @param severity how much it matters, as the administrator says
 * @param acl the name of the deciding rule as OVN-Kubernetes writes it
 * @param rule the deciding rule, or the policy that isolates; empty if no rule is known that decides so
 * @param dryRun whether nothing was done about it: it is what would have been decided if policies in dry run were in force
 * @param firstPacket whether the packet is the first of its connection
 * @param connection addresses, protocol and ports of the packet
 * @param source who sent it
 * @param destination whom it was sent to
 * @param packet its headers in the notation of ovs-ofctl(8)
 */
public record AuditRecord(
        String node,
        Direction direction,
        Verdict verdict,
        Severity severity,
        String acl,
        Optional<RuleReference> rule,
        boolean dryRun,
        boolean firstPacket,
        Connection connection,
        Party source,
        Party destination,
        String packet)
        implements Response {
    public AuditRecord {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(acl, "acl");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(packet, "packet");
    }

    @Override
    public boolean give(Driver driver) {
        if (driver instanceof AuditSink sink) {
            sink.log(this);
            return true;
        }
        return false;
    }

    /** What becomes of a packet. Their names in lower case are those of OVN's ACL actions. */
    public enum Verdict {
        ALLOW,
        DROP,
        /** Later policies decide. */
        PASS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How much a verdict matters; the names are those of the annotation {@code k8s.ovn.org/acl-logging}. */
    public enum Severity {
        ALERT,
        WARNING,
        NOTICE,
        INFO,
        DEBUG;

        /** The one of a name; empty if there is none. */
        public static Optional<Severity> find(String name) {
            for (Severity severity : values()) {
                if (severity.toString().equals(name)) {
                    return Optional.of(severity);
                }
            }
            return Optional.empty();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Whose an address is.
     *
     * @param pod the pod, empty if it is not a pod's
     * @param labels a hash of the pod's labels, 16 hexadecimal digits; "" without a pod
     * @param node the pod's node, or the node whose own address it is; "" if it is neither
     */
    public record Party(Optional<PodKey> pod, String labels, String node) {
        /** Somebody outside. */
        public static final Party OUTSIDE = new Party(Optional.empty(), "", "");

        public Party {
            Objects.requireNonNull(pod, "pod");
            Objects.requireNonNull(labels, "labels");
            Objects.requireNonNull(node, "node");
        }
    }
}
