package org.karst.audit.internal;

import java.time.Instant;
import java.util.Locale;
import org.karst.model.Ip;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.AuditRecord.Party;
import org.karst.pipeline.Connection;
import org.karst.pipeline.ObjectFieldItem;

/** A record as one line of JSON; docs/features/network-policy.md lists the fields. */
public final class AuditJson {
    private final StringBuilder json = new StringBuilder("{");

    private AuditJson() {}

    /** The line, without its end. */
    public static String line(AuditRecord record, Instant time) {
        AuditJson line = new AuditJson();
        line.text("time", AuditText.time(time));
        line.text("node", record.node());
        line.text("direction", record.direction().name().toLowerCase(Locale.ROOT));
        line.text("verdict", record.verdict().toString());
        line.text("severity", record.severity().toString());
        line.value("dryRun", Boolean.toString(record.dryRun()));
        line.value("firstPacket", Boolean.toString(record.firstPacket()));
        line.text("acl", record.acl());
        record.rule().ifPresent(rule -> {
            AuditJson policy = new AuditJson();
            policy.text("kind", rule.kind());
            policy.optional("namespace", rule.namespace());
            policy.text("name", rule.name());
            rule.index().ifPresent(index -> policy.value("rule", Integer.toString(index)));
            line.value("policy", policy.end());
        });
        Connection connection = record.connection();
        line.text("protocol", protocol(connection.protocol()));
        boolean ports = connection.hasPorts();
        line.value("source", party(record.source(), connection.source(), ports, connection.sourcePort()));
        line.value(
                "destination",
                party(record.destination(), connection.destination(), ports, connection.destinationPort()));
        if (connection.isIcmp()) {
            line.value("icmpType", Integer.toString(connection.sourcePort()));
            line.value("icmpCode", Integer.toString(connection.destinationPort()));
        }
        return line.end();
    }

    private static String party(Party party, Ip address, boolean hasPort, int port) {
        AuditJson json = new AuditJson();
        party.pod().ifPresent(pod -> {
            json.text("namespace", pod.namespace());
            json.text("pod", pod.name());
        });
        json.optional("labelsHash", party.labels());
        json.optional("node", party.node());
        json.text("address", address.toString());
        if (hasPort) {
            json.value("port", Integer.toString(port));
        }
        return json.end();
    }

    private static String protocol(int number) {
        return switch (number) {
            case Connection.TCP -> "tcp";
            case Connection.UDP -> "udp";
            case Connection.SCTP -> "sctp";
            case Connection.ICMP -> "icmp";
            case Connection.ICMPV6 -> "icmp6";
            default -> Integer.toString(number);
        };
    }

    private void text(String name, String text) {
        value(name, ObjectFieldItem.quoted(text));
    }

    private void optional(String name, String text) {
        if (!text.isEmpty()) {
            text(name, text);
        }
    }

    private void value(String name, String value) {
        json.append(json.length() == 1 ? "" : ",")
                .append(ObjectFieldItem.quoted(name))
                .append(':')
                .append(value);
    }

    private String end() {
        return json.append('}').toString();
    }
}
