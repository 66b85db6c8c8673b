package org.karst.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.karst.adminpolicy.AdminPolicyFeature;
import org.karst.model.PodKey;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.AuditRecord.Verdict;
import org.karst.pipeline.Direction;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Kind;
import org.karst.pipeline.ObjectConditionItem;
import org.karst.testing.Cluster;
import org.karst.testing.Laws;
import org.karst.testing.Run;

/** What cluster policies decide, for their own annotation. */
class ClusterPolicyTest {
    private static Kind<?> kind(String plural) {
        return new AdminPolicyFeature()
                .watches().stream()
                        .filter(kind -> kind.plural().equals(plural))
                        .findFirst()
                        .orElseThrow();
    }

    /** One that lets alone what the client sends to port 80, admits port 82 and denies port 83. */
    static String admin(String annotation) {
        return """
                metadata: {name: edge, annotations: {%s}}
                spec:
                  priority: 5
                  subject: {namespaces: {}}
                  ingress:
                  - {action: Pass, from: [{namespaces: {}}], ports: [{portNumber: {protocol: UDP, port: 80}}]}
                  - {action: Allow, from: [{namespaces: {}}], ports: [{portNumber: {protocol: UDP, port: 82}}]}
                  - {action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {protocol: UDP, port: 83}}]}
                """
                .formatted(annotation);
    }

    static String acl(String severities) {
        return "k8s.ovn.org/acl-logging: '" + severities + "'";
    }

    static final Kind<?> ADMIN = kind("adminnetworkpolicies");

    static Feature[] features() {
        return new Feature[] {new NetworkPolicyFeature(), new AdminPolicyFeature(), new AuditLogFeature(20)};
    }

    private static List<String> lines(Run run, Object said, int port) {
        byte[] frame = Frames.udp("10.128.0.6", 4_000, "10.128.0.5", port);
        return AuditLogTest.told(run, Direction.INGRESS, said, frame, false).stream()
                .map(record -> record.acl() + " " + record.verdict() + " " + record.severity()
                        + (record.dryRun() ? " dry-run" : ""))
                .toList();
    }

    @Test
    void aClusterPolicyIsToldByItsOwnAnnotation() {
        Cluster cluster = AuditLogTest.cluster()
                .object(ADMIN, admin(acl("{\"deny\":\"alert\",\"allow\":\"info\",\"pass\":\"debug\"}")));
        try (Run run = Run.of(cluster, features())) {
            assertThat(lines(run, Verdict.ALLOW, 80)).containsExactly("ANP:edge:Ingress:0 pass debug");
            assertThat(lines(run, Verdict.ALLOW, 82)).containsExactly("ANP:edge:Ingress:1 allow info");
            assertThat(lines(run, Verdict.DROP, 83)).containsExactly("ANP:edge:Ingress:2 drop alert");
            assertThat(lines(run, Verdict.DROP, 84))
                    .as("what NetworkPolicy denies is for the namespace")
                    .isEmpty();
            run.step(cluster.object(
                            Subjects.LOGGING, AuditLogTest.logging("{\"deny\":\"warning\",\"allow\":\"notice\"}"))
                    .last());
            assertThat(lines(run, Verdict.ALLOW, 80))
                    .containsExactly("ANP:edge:Ingress:0 pass debug", "NP:x:web:Ingress:0 allow notice");
            run.step(cluster.object(ADMIN, admin(acl("{}"))).last());
            assertThat(lines(run, Verdict.DROP, 83))
                    .as("nor are those of the cluster for the namespace")
                    .isEmpty();
            assertThat(lines(run, Verdict.ALLOW, 80)).containsExactly("NP:x:web:Ingress:0 allow notice");
        }
    }

    @Test
    void theBaselineIsToldByItsName() {
        String baseline =
                """
                metadata: {name: default, annotations: {k8s.ovn.org/acl-logging: '{"deny":"alert"}'}}
                spec: {subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}
                """;
        Cluster cluster = AuditLogTest.cluster().object(kind("baselineadminnetworkpolicies"), baseline);
        try (Run run = Run.of(cluster, features())) {
            byte[] frame = Frames.udp("10.128.0.5", 4_000, "10.128.0.6", 80);
            assertThat(AuditLogTest.told(run, Direction.INGRESS, Verdict.DROP, frame, false))
                    .extracting(AuditRecord::acl)
                    .containsExactly("BANP:default:Ingress:0");
        }
    }

    @Test
    void loggingOfAClusterPolicyChangesItsRulesAndTheSlotAudit() {
        Cluster cluster = AuditLogTest.cluster().object(ADMIN, admin(""));
        try (Run run = Run.of(cluster, features())) {
            List<String> before = run.wanted();
            run.step(cluster.object(ADMIN, admin(acl("{\"pass\":\"alert\"}"))).last());
            List<String> changed =
                    run.wanted().stream().filter(item -> !before.contains(item)).toList();
            assertThat(changed.stream().filter(item -> item.contains("table=162") || item.contains("table=163")))
                    .as("the rule that passes, once")
                    .hasSize(1);
            assertThat(changed.stream()
                            .filter(item -> !item.contains("table=16"))
                            .map(item -> item.replaceAll(".*(table=\\d+).*", "$1"))
                            .distinct())
                    .as("the copies, and no verdict")
                    .containsExactlyInAnyOrder("table=73", "table=75");
            run.step(cluster.object(ADMIN, admin("")).last());
            assertThat(run.wanted()).isEqualTo(before);
        }
    }

    @Test
    void aClusterPolicyInDryRunIsToldAndNothingElse() {
        Cluster cluster = AuditLogTest.cluster();
        String dryRun = "karst.org/enforcement: audit";
        try (Run run = Run.of(cluster, features())) {
            List<String> before = run.wanted();
            run.step(cluster.object(ADMIN, admin(dryRun)).last());
            assertThat(run.wanted().stream().filter(item -> !before.contains(item) && item.contains("table=")))
                    .allMatch(item -> item.contains("table=73") || item.contains("table=75"))
                    .isNotEmpty();
            assertThat(run.wanted()).containsAll(before);
            assertThat(lines(run, "dry-run", 80))
                    .as("passed, and allowed as now")
                    .isEmpty();
            assertThat(lines(run, "dry-run", 82)).containsExactly("ANP:edge:Ingress:1 allow notice dry-run");
            assertThat(lines(run, "dry-run", 83)).as("denied as now").isEmpty();
            assertThat(run.wanted(ObjectConditionItem.class)).singleElement().satisfies(condition -> {
                assertThat(condition.status()).isTrue();
                assertThat(condition.reason()).isEqualTo("DryRun");
            });
            run.step(cluster.object(ADMIN, admin(dryRun + ", " + acl("{\"allow\":\"alert\"}")))
                    .last());
            assertThat(lines(run, "dry-run", 82)).containsExactly("ANP:edge:Ingress:1 allow alert dry-run");
            run.remove(AuditLogTest.POLICIES.table(), new PodKey("x", "web"));
            assertThat(lines(run, "dry-run", 83)).containsExactly("ANP:edge:Ingress:2 drop notice dry-run");
            assertThat(lines(run, "dry-run", 82)).as("allowed in any case").isEmpty();
        }
    }

    @Test
    void aDryRunThatPassesWhatIsDeniedNamesTheRuleThatWould() {
        String deny =
                """
                metadata: {name: deny}
                spec: {priority: 9, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}
                """;
        Cluster cluster =
                AuditLogTest.cluster().object(ADMIN, deny).object(ADMIN, admin("karst.org/enforcement: audit"));
        try (Run run = Run.of(cluster, features())) {
            run.remove(AuditLogTest.POLICIES.table(), new PodKey("x", "web"));
            assertThat(lines(run, "dry-run", 80)).containsExactly("ANP:edge:Ingress:0 allow notice dry-run");
        }
    }

    @Test
    void annotationsOfClusterPoliciesThatNobodyUnderstandsAreTold() {
        Cluster cluster = AuditLogTest.cluster()
                .object(ADMIN, admin(acl("{\"deny\":\"loud\"}") + ", karst.org/enforcement: maybe"));
        try (Run run = Run.of(cluster, features())) {
            assertThat(run.wanted(EventItem.class))
                    .extracting(event -> event.kind() + " " + event.reason() + " " + event.message())
                    .anyMatch(event -> event.startsWith("AdminNetworkPolicy InvalidAuditLogging annotation "
                            + "k8s.ovn.org/acl-logging: deny is 'loud'"))
                    .anyMatch(event -> event.startsWith("AdminNetworkPolicy InvalidRule annotation "
                            + "karst.org/enforcement is 'maybe', which is not 'audit'; the policy is enforced"));
        }
    }

    @Test
    void theOrderOfFactsDoesNotMatterWithClusterPolicies() {
        Laws.check(
                AuditLogTest.cluster().object(ADMIN, admin(acl("{\"pass\":\"alert\",\"deny\":\"info\"}"))),
                ClusterPolicyTest::features);
        Laws.check(
                AuditLogTest.cluster().object(ADMIN, admin("karst.org/enforcement: audit")),
                ClusterPolicyTest::features);
    }
}
