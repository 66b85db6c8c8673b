package org.karst.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.karst.model.Ip;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.Connection;

class AuditTextTest {
    private static final Instant TIME = Instant.parse("2023-11-02T16:28:54.139Z");

    @Test
    void aLineHasThePublishedForm() {
        assertThat(AuditText.line(Records.denied(), TIME, 4))
                .isEqualTo("2023-11-02T16:28:54.139Z|00004|acl_log(ovn_pinctrl0)|INFO|"
                        + "name=\"NP:verify-audit-logging:Ingress\", verdict=drop, severity=alert, direction=to-lport: "
                        + "tcp,vlan_tci=0x0000,dl_src=0a:58:0a:81:02:16,dl_dst=0a:58:0a:81:02:17,nw_src=10.129.2.22,"
                        + "nw_dst=10.129.2.23,nw_tos=0,nw_ecn=0,nw_ttl=62,nw_frag=no,tp_src=58496,tp_dst=8080,"
                        + "tcp_flags=syn");
        assertThat(AuditText.line(Records.denied(), Instant.parse("2023-11-02T16:28:54Z"), 123_456))
                .as("milliseconds are always there; five digits are the least")
                .startsWith("2023-11-02T16:28:54.000Z|123456|acl_log(");
        assertThat(AuditText.message(Records.denied(), 4))
                .startsWith(
                        "ovs|00004|acl_log(ovn_pinctrl0)|INFO|name=\"NP:verify-audit-logging:Ingress\", verdict=drop");
    }

    @Test
    void aDryRunIsToldByTheNameAndNamesAreCut() {
        AuditRecord denied = Records.denied();
        AuditRecord dry = Records.of(denied.acl(), denied.rule(), true, denied.connection(), denied.packet());
        assertThat(AuditText.line(dry, TIME, 1))
                .contains("|INFO|name=\"dry-run:NP:verify-audit-logging:Ingress\", verdict=drop, severity=alert,");
        AuditRecord cut = Records.of("N".repeat(63), denied.rule(), true, denied.connection(), denied.packet());
        assertThat(AuditText.line(cut, TIME, 1)).contains("name=\"dry-run:" + "N".repeat(63 - 8) + "\"");
    }

    @Test
    void jsonTellsWhatPeopleAskFor() {
        assertThat(AuditJson.line(Records.denied(), TIME))
                .isEqualTo(
                        "{\"time\":\"2023-11-02T16:28:54.139Z\",\"node\":\"node-1\",\"direction\":\"ingress\","
                                + "\"verdict\":\"drop\",\"severity\":\"alert\",\"dryRun\":false,\"firstPacket\":true,"
                                + "\"acl\":\"NP:verify-audit-logging:Ingress\","
                                + "\"policy\":{\"kind\":\"NetworkPolicy\",\"namespace\":\"verify-audit-logging\","
                                + "\"name\":\"deny-all\"},\"protocol\":\"tcp\","
                                + "\"source\":{\"namespace\":\"default\",\"pod\":\"client\",\"labelsHash\":\"00112233445566ff\","
                                + "\"node\":\"node-2\",\"address\":\"10.129.2.22\",\"port\":58496},"
                                + "\"destination\":{\"namespace\":\"verify-audit-logging\",\"pod\":\"server\","
                                + "\"labelsHash\":\"8899aabbccddeeff\",\"node\":\"node-1\",\"address\":\"10.129.2.23\",\"port\":8080}}");
        AuditRecord ping = Records.of(
                "NP:x:\"y\":Ingress:3",
                Optional.of(Records.rule(OptionalInt.of(3), "NP:x:y:Ingress:3")),
                true,
                new Connection(Ip.parse("fd01::5"), Ip.parse("fd01::6"), Connection.ICMPV6, 128, 0),
                "icmp6");
        assertThat(AuditJson.line(ping, TIME))
                .contains(
                        "\"dryRun\":true", "\"acl\":\"NP:x:\\\"y\\\":Ingress:3\"", "\"name\":\"deny-all\",\"rule\":3}")
                .contains("\"protocol\":\"icmp6\"", "\"address\":\"fd01::5\"}", "\"icmpType\":128,\"icmpCode\":0}")
                .doesNotContain("port");
    }
}
