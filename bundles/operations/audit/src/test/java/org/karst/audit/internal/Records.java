package org.karst.audit.internal;

import java.util.Optional;
import java.util.OptionalInt;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.AuditRecord.Party;
import org.karst.pipeline.AuditRecord.Severity;
import org.karst.pipeline.AuditRecord.Verdict;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.RuleReference;

/** Records as the answers of features make them. */
public final class Records {
    private Records() {}

    /** A connection that a rule-less policy denies. */
    public static AuditRecord denied() {
        return of(
                "NP:verify-audit-logging:Ingress",
                Optional.of(rule(OptionalInt.empty(), "NP:verify-audit-logging:Ingress")),
                false,
                new Connection(Ip.parse("10.129.2.22"), Ip.parse("10.129.2.23"), Connection.TCP, 58496, 8080),
                "tcp,vlan_tci=0x0000,dl_src=0a:58:0a:81:02:16,dl_dst=0a:58:0a:81:02:17,nw_src=10.129.2.22,"
                        + "nw_dst=10.129.2.23,nw_tos=0,nw_ecn=0,nw_ttl=62,nw_frag=no,tp_src=58496,tp_dst=8080,"
                        + "tcp_flags=syn");
    }

    /** The rule of a policy. */
    public static RuleReference rule(OptionalInt index, String acl) {
        return new RuleReference(0, "NetworkPolicy", "verify-audit-logging", "deny-all", Direction.INGRESS, index, acl);
    }

    /** A denied one in detail. */
    public static AuditRecord of(
            String acl, Optional<RuleReference> rule, boolean dryRun, Connection connection, String packet) {
        return new AuditRecord(
                "node-1",
                Direction.INGRESS,
                Verdict.DROP,
                Severity.ALERT,
                acl,
                rule,
                dryRun,
                true,
                connection,
                new Party(Optional.of(new PodKey("default", "client")), "00112233445566ff", "node-2"),
                new Party(Optional.of(new PodKey("verify-audit-logging", "server")), "8899aabbccddeeff", "node-1"),
                packet);
    }
}
