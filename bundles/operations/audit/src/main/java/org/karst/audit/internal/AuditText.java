package org.karst.audit.internal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.Direction;

/**
 * A record as OVN's controller writes it (ovn-architecture(7), ovn-nb(5) ACL table): a head with bars that vlog makes,
 * then the verdict, then the packet's headers.
 */
public final class AuditText {
    /** Before the name of a rule that was not in force. */
    static final String DRY_RUN = "dry-run:";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    /** OVN cuts names of ACLs to this. */
    private static final int LONGEST_NAME = 63;

    private AuditText() {}

    /**
     * The line for a file.
     *
     * @param sequence counts lines from 1
     */
    public static String line(AuditRecord record, Instant time, long sequence) {
        return TIME.format(time) + "|" + body(record, sequence);
    }

    /** The message for syslog, which has a time of its own. */
    public static String message(AuditRecord record, long sequence) {
        return "ovs|" + body(record, sequence);
    }

    /** A time as both kinds of lines have it. */
    static String time(Instant time) {
        return TIME.format(time);
    }

    private static String body(AuditRecord record, long sequence) {
        return String.format(Locale.ROOT, "%05d", sequence) + "|acl_log(ovn_pinctrl0)|INFO|name=\"" + name(record)
                + "\", verdict=" + record.verdict() + ", severity=" + record.severity() + ", direction="
                + port(record.direction()) + ": " + record.packet();
    }

    private static String name(AuditRecord record) {
        String name = record.dryRun() ? DRY_RUN + record.acl() : record.acl();
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }

    /** Seen from the logical switch port of the pod. */
    private static String port(Direction direction) {
        return switch (direction) {
            case EGRESS -> "from-lport";
            case INGRESS -> "to-lport";
        };
    }
}
