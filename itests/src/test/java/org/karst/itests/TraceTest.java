package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.karst.sandbox.Place;
import org.karst.sandbox.Prober;
import org.karst.sandbox.SandboxNode;

/** What {@code karst:trace} says of a connection is what becomes of real packets, through real switches and tunnels. */
@Tag("root")
class TraceTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** After so long, what should not arrive has not arrived. */
    private static final Duration SILENCE = Duration.ofMillis(500);

    private static final String TRACED = "traced";

    private static String trace(String from, String to, String family) {
        return CLUSTER.client()
                .raw("/karst/v1/trace?output=text&protocol=icmp&family=" + family + "&source=" + SharedCluster.NAMESPACE
                        + "/" + from + "&destination=" + SharedCluster.NAMESPACE + "/" + to);
    }

    private record Pair(String from, String to, String family) {
        String trace() {
            return TraceTest.trace(from, to, family);
        }
    }

    private static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (String from : List.of("near", "beside", "far", TRACED)) {
            for (String to : List.of("near", "far", TRACED)) {
                if (!from.equals(to)) {
                    pairs.add(new Pair(from, to, "4"));
                    pairs.add(new Pair(from, to, "6"));
                }
            }
        }
        return pairs;
    }

    private static Set<Pair> admitted() {
        return pairs().stream()
                .filter(pair -> pair.trace().contains(": ADMITTED\n"))
                .collect(Collectors.toSet());
    }

    @Test
    void aTraceAgreesWithRealPackets() throws Exception {
        CLUSTER.create(TRACED, "node-2", Map.of());
        CLUSTER.cluster().awaitPods(Duration.ofSeconds(60));
        Place near = CLUSTER.place("near");
        NetworkPolicy policy = Serialization.unmarshal(
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {namespace: %s, name: traced}
                spec:
                  podSelector: {matchExpressions: [{key: nobody, operator: DoesNotExist}]}
                  policyTypes: [Ingress]
                  ingress:
                  - from: [{ipBlock: {cidr: %s/32}}, {ipBlock: {cidr: %s/128}}]
                """
                        .formatted(
                                SharedCluster.NAMESPACE,
                                near.ipv4().orElseThrow(),
                                near.ipv6().orElseThrow()),
                NetworkPolicy.class);
        CLUSTER.client().resource(policy).create();
        try {
            // near to far and to traced, in both families; all else is isolated.
            SharedCluster.await("the policy", () -> admitted().size() == 4);
            for (SandboxNode node : CLUSTER.cluster().sandbox().nodes()) {
                CLUSTER.cluster().sandbox().openVSwitch(node).appctl("revalidator/wait");
            }
            Set<Pair> admitted = admitted();
            for (Pair pair : pairs()) {
                Place target = CLUSTER.place(pair.to());
                String address = (pair.family().equals("4") ? target.ipv4() : target.ipv6()).orElseThrow();
                Duration patience = admitted.contains(pair) ? PATIENCE : SILENCE;
                boolean passed = new Prober(CLUSTER.place(pair.from()), patience)
                        .icmp(InetAddress.getByName(address), 56)
                        .passed();
                assertThat(passed).as(pair.trace()).isEqualTo(admitted.contains(pair));
                assertThat(pair.trace()).doesNotContain("\n! ");
            }
            assertThat(trace("near", TRACED, "4")).contains("allowed: NetworkPolicy itests/traced, spec.ingress[0]");
        } finally {
            CLUSTER.client().resource(policy).delete();
            CLUSTER.delete(TRACED);
        }
    }
}
