package org.karst.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.karst.model.PodKey;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Answer;
import org.karst.pipeline.AuditLogging;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.AuditRecord.Severity;
import org.karst.pipeline.AuditRecord.Verdict;
import org.karst.pipeline.Direction;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Match;
import org.karst.pipeline.Meter;
import org.karst.pipeline.Origin;
import org.karst.pipeline.PacketIn;
import org.karst.testing.Cluster;
import org.karst.testing.FeatureLaws;
import org.karst.testing.Golden;
import org.karst.testing.Laws;
import org.karst.testing.Run;
import org.karst.testing.YamlDocument;

class AuditLogTest {
    static final Kind<?> POLICIES = new NetworkPolicyFeature()
            .watches().stream()
                    .filter(kind -> kind.plural().equals("networkpolicies"))
                    .findFirst()
                    .orElseThrow();

    static final String WEB =
            """
            metadata: {namespace: x, name: web}
            spec:
              podSelector: {matchLabels: {app: web}}
              policyTypes: [Ingress, Egress]
              ingress:
              - from: [{podSelector: {matchLabels: {app: client}}}]
                ports: [{protocol: UDP, port: 80}]
              - from: [{podSelector: {matchLabels: {app: client}}}]
                ports: [{protocol: UDP, port: 80}, {protocol: UDP, port: 81}]
            """;

    static Cluster cluster() {
        return new Cluster()
                .namespace("x")
                .node("a", "10.128.0.0/24", "fd01:0:0:1::/64")
                .node("b", "10.128.1.0/24", "fd01:0:0:2::/64")
                .pod("x/web", "a", "10.128.0.5", "fd01:0:0:1::5")
                .labels("x/web", "app=web")
                .pod("x/client", "a", "10.128.0.6", "fd01:0:0:1::6")
                .labels("x/client", "app=client")
                .pod("y/other", "b", "10.128.1.7", "fd01:0:0:2::7")
                .object(POLICIES, WEB);
    }

    static String logging(String annotation) {
        return "metadata: {name: x, annotations: {k8s.ovn.org/acl-logging: '" + annotation + "'}}";
    }

    static Feature[] features() {
        return new Feature[] {new NetworkPolicyFeature(), new AuditLogFeature(20)};
    }

    private static List<String> audit(Run run) {
        return run.flows("a").stream()
                .filter(flow -> flow.startsWith("table=AUDIT"))
                .toList();
    }

    @Test
    void flowsOfANodeAreTheGoldenOnes() {
        Cluster cluster = cluster().object(Subjects.LOGGING, logging("{\"deny\":\"alert\",\"allow\":\"notice\"}"));
        try (Run run = Run.of(cluster, features())) {
            Golden.check("node-a.flows", audit(run));
            assertThat(run.wanted(Meter.class))
                    .extracting(Meter::packetsPerSecond)
                    .containsExactly(20, 20, 20, 20);
        }
    }

    @Test
    void theFeatureIsPure() {
        FeatureLaws.check("org.karst.auditlog");
    }

    @Test
    void theOrderOfFactsDoesNotMatter() {
        Laws.check(cluster().object(Subjects.LOGGING, logging("{\"deny\":\"alert\"}")), AuditLogTest::features);
        Laws.check(cluster().object(POLICIES, dryRun(WEB)), AuditLogTest::features);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"deny\":\"alert\"}|10", "{\"allow\":\"info\"}|10", "{\"deny\":\"debug\",\"allow\":\"info\"}|14"
            })
    void turningItOnAndOffChangesNothingElse(String annotation, int flows) {
        Cluster cluster = cluster();
        try (Run run = Run.of(cluster, features())) {
            List<String> before = run.wanted();
            int more = audit(run).size();
            run.step(cluster.object(Subjects.LOGGING, logging(annotation)).last());
            assertThat(audit(run)).as("for two addresses in two directions").hasSize(more + flows);
            assertThat(run.wanted().stream().filter(item -> !item.contains("table=7")))
                    .isEqualTo(before.stream()
                            .filter(item -> !item.contains("table=7"))
                            .toList());
            run.step(cluster.object(Subjects.LOGGING, logging("")).last());
            assertThat(run.wanted()).isEqualTo(before);
        }
    }

    @Test
    void aNamespaceWithoutPoliciesHasNothingToTell() {
        Cluster cluster = cluster();
        try (Run run = Run.of(cluster, features())) {
            int before = audit(run).size();
            run.step(cluster.object(
                            Subjects.LOGGING, logging("{\"deny\":\"alert\"}").replace("name: x", "name: y"))
                    .last());
            assertThat(audit(run)).hasSize(before);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"deny\":\"ALERT\"}|deny is 'ALERT', which is none of alert, warning, notice, info, debug",
                "{\"deny\":\"alert\",\"allow\":\"loud\"}|allow is 'loud', which is none of",
                "{\"deny\":|not JSON",
                "{\"deny\":5}|deny must be",
            })
    void whatNobodyUnderstandsIsToldAndOff(String annotation, String problem) {
        AuditLogging logging = Subjects.LOGGING.decoder().apply(YamlDocument.of(logging(annotation)));
        assertThat(logging.of(Verdict.ALLOW)).isEmpty();
        assertThat(logging.of(Verdict.DROP).isPresent()).isEqualTo(annotation.contains("\"alert\""));
        try (Run run = Run.of(cluster().object(Subjects.LOGGING, logging(annotation)), features())) {
            assertThat(run.wanted(EventItem.class)).singleElement().satisfies(event -> {
                assertThat(event.kind()).isEqualTo("Namespace");
                assertThat(event.name()).isEqualTo("x");
                assertThat(event.reason()).isEqualTo("InvalidAuditLogging");
                assertThat(event.message())
                        .contains("k8s.ovn.org/acl-logging: ")
                        .contains(problem);
            });
        }
    }

    static List<AuditRecord> told(Run run, Direction direction, Object said, byte[] frame, boolean committed) {
        String name = "audit-" + direction.name().toLowerCase(Locale.ROOT) + "-" + said;
        Match metadata = committed ? Match.all().and(Abi.MARK_ORIGIN, Origin.POD) : Match.all();
        return run.records(new PacketIn("a", Answer.number(name), metadata, frame));
    }

    @Test
    void aRecordNamesTheFirstRuleThatDecides() {
        Cluster cluster = cluster().object(Subjects.LOGGING, logging("{\"deny\":\"alert\",\"allow\":\"notice\"}"));
        try (Run run = Run.of(cluster, features())) {
            byte[] frame = Frames.udp("10.128.0.6", 4_000, "10.128.0.5", 80);
            assertThat(told(run, Direction.INGRESS, Verdict.ALLOW, frame, false))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.node()).isEqualTo("a");
                        assertThat(record.severity()).isEqualTo(Severity.NOTICE);
                        assertThat(record.acl()).isEqualTo("NP:x:web:Ingress:0");
                        assertThat(record.rule().orElseThrow().index()).isEqualTo(OptionalInt.of(0));
                        assertThat(record.firstPacket()).isTrue();
                        assertThat(record.dryRun()).isFalse();
                        assertThat(record.source().pod()).contains(new PodKey("x", "client"));
                        assertThat(record.source().labels())
                                .hasSize(16)
                                .isNotEqualTo(record.destination().labels());
                        assertThat(record.destination().pod()).contains(new PodKey("x", "web"));
                        assertThat(record.packet()).startsWith("udp,").contains("tp_dst=80");
                    });
            assertThat(told(run, Direction.INGRESS, Verdict.ALLOW, frame, true))
                    .singleElement()
                    .satisfies(record -> assertThat(record.firstPacket()).isFalse());
            assertThat(told(
                            run,
                            Direction.INGRESS,
                            Verdict.ALLOW,
                            Frames.udp("10.128.0.6", 1, "10.128.0.5", 81),
                            false))
                    .singleElement()
                    .satisfies(record -> assertThat(record.acl()).isEqualTo("NP:x:web:Ingress:1"));
            assertThat(told(run, Direction.INGRESS, Verdict.DROP, Frames.udp("10.128.1.7", 1, "10.128.0.5", 80), false))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.severity()).isEqualTo(Severity.ALERT);
                        assertThat(record.acl()).isEqualTo("NP:x:Ingress");
                        assertThat(record.rule().orElseThrow().name()).isEqualTo("web");
                        assertThat(record.source().pod()).contains(new PodKey("y", "other"));
                        assertThat(record.source().node()).isEqualTo("b");
                    });
            assertThat(told(run, Direction.EGRESS, Verdict.DROP, Frames.udp("10.128.0.5", 1, "172.18.1.2", 53), false))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.acl()).isEqualTo("NP:x:Egress");
                        assertThat(record.destination().pod()).isEmpty();
                        assertThat(record.destination().node()).isEqualTo("b");
                    });
            assertThat(told(run, Direction.EGRESS, Verdict.DROP, Frames.udp("10.128.0.5", 1, "192.0.2.1", 53), false))
                    .singleElement()
                    .satisfies(record -> assertThat(record.destination()).isEqualTo(AuditRecord.Party.OUTSIDE));
        }
    }

    static String dryRun(String policy) {
        return policy.replace("name: web}", "name: web, annotations: {karst.org/enforcement: audit}}");
    }

    @Test
    void aPolicyInDryRunIsToldAndNothingElse() {
        Cluster cluster = cluster();
        try (Run run = Run.of(cluster, features())) {
            run.remove(POLICIES.table(), new PodKey("x", "web"));
            List<String> before = run.wanted();
            run.step(cluster.object(POLICIES, dryRun(WEB)).last());
            List<String> copies =
                    run.wanted().stream().filter(item -> !before.contains(item)).toList();
            assertThat(copies)
                    .as("an addressee and a subject in each direction, two addresses")
                    .hasSize(6)
                    .allMatch(item -> item.contains("table=7"));
            assertThat(run.wanted()).containsAll(before);

            byte[] denied = Frames.udp("10.128.0.6", 4_000, "10.128.0.5", 443);
            assertThat(told(run, Direction.INGRESS, "dry-run", denied, false))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.dryRun()).isTrue();
                        assertThat(record.verdict()).isEqualTo(Verdict.DROP);
                        assertThat(record.severity()).isEqualTo(Severity.NOTICE);
                        assertThat(record.acl()).isEqualTo("NP:x:Ingress");
                        assertThat(record.rule().orElseThrow().name()).isEqualTo("web");
                    });
            byte[] allowed = Frames.udp("10.128.0.6", 4_000, "10.128.0.5", 80);
            assertThat(told(run, Direction.INGRESS, "dry-run", allowed, false))
                    .as("allowed in any case")
                    .isEmpty();
            run.step(cluster.object(Subjects.LOGGING, logging("{\"deny\":\"alert\"}"))
                    .last());
            assertThat(told(run, Direction.INGRESS, "dry-run", denied, false))
                    .singleElement()
                    .satisfies(record -> assertThat(record.severity()).isEqualTo(Severity.ALERT));
        }
    }

    @Test
    void aDryRunTellsWhatItWouldAllowToo() {
        String deny = "metadata: {namespace: x, name: deny}\nspec: {podSelector: {}, policyTypes: [Ingress]}";
        Cluster cluster = cluster().object(POLICIES, dryRun(WEB)).object(POLICIES, deny);
        try (Run run = Run.of(cluster, features())) {
            byte[] allowed = Frames.udp("10.128.0.6", 4_000, "10.128.0.5", 81);
            assertThat(told(run, Direction.INGRESS, "dry-run", allowed, false))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.verdict()).isEqualTo(Verdict.ALLOW);
                        assertThat(record.acl()).isEqualTo("NP:x:web:Ingress:1");
                        assertThat(record.dryRun()).isTrue();
                    });
            byte[] denied = Frames.udp("10.128.0.6", 4_000, "10.128.0.5", 443);
            assertThat(told(run, Direction.INGRESS, "dry-run", denied, false)).isEmpty();
        }
    }

    @Test
    void whatNobodyWantsToKnowIsNotTold() {
        Cluster cluster = cluster().object(Subjects.LOGGING, logging("{\"deny\":\"alert\"}"));
        try (Run run = Run.of(cluster, features())) {
            byte[] frame = Frames.udp("10.128.0.6", 4_000, "10.128.0.5", 80);
            assertThat(told(run, Direction.INGRESS, Verdict.ALLOW, frame, false))
                    .isEmpty();
            assertThat(told(run, Direction.INGRESS, Verdict.DROP, new byte[3], false))
                    .isEmpty();
            byte[] gone = Frames.udp("10.128.0.6", 4_000, "10.128.0.9", 80);
            assertThat(told(run, Direction.INGRESS, Verdict.DROP, gone, false)).isEmpty();
            assertThat(told(run, Direction.INGRESS, Verdict.DROP, frame, false))
                    .as("the policy has changed since the switch dropped it")
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.acl()).isEqualTo("NP:x:Ingress");
                        assertThat(record.rule()).isEqualTo(Optional.empty());
                    });
        }
    }
}
