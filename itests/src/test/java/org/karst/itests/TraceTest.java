package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.karst.sandbox.Place;
import org.karst.sandbox.Prober;

/** What {@code karst:trace} says of a connection is what becomes of real packets, through real switches and tunnels. */
@Tag("root")
class TraceTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final String TRACED = "traced";

    private static String trace(String from, String to, String family) {
        return CLUSTER.client()
                .raw("/karst/v1/trace?output=text&protocol=icmp&family=" + family + "&source=" + SharedCluster.NAMESPACE
                        + "/" + from + "&destination=" + SharedCluster.NAMESPACE + "/" + to);
    }

    @Test
    void aTraceAgreesWithRealPackets() throws Exception {
        CLUSTER.create(TRACED, "node-2", Map.of());
        CLUSTER.cluster().awaitPods(Duration.ofSeconds(20));
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
            SharedCluster.await("the policy", () -> trace("beside", TRACED, "6").contains(": DROPPED\n"));
            int admitted = 0;
            for (String from : List.of("near", "beside", "far", TRACED)) {
                for (String to : List.of("near", "far", TRACED)) {
                    if (from.equals(to)) {
                        continue;
                    }
                    for (String family : List.of("4", "6")) {
                        String traced = trace(from, to, family);
                        Place target = CLUSTER.place(to);
                        String address = (family.equals("4") ? target.ipv4() : target.ipv6()).orElseThrow();
                        boolean passed = new Prober(CLUSTER.place(from), PATIENCE)
                                .icmp(InetAddress.getByName(address), 56)
                                .passed();
                        assertThat(traced.contains(": ADMITTED\n")).as(traced).isEqualTo(passed);
                        assertThat(traced).doesNotContain("\n! ");
                        admitted += passed ? 1 : 0;
                    }
                }
            }
            // near to far and to traced, in both families; all else is isolated.
            assertThat(admitted).isEqualTo(4);
            assertThat(trace("near", TRACED, "4")).contains("allowed: NetworkPolicy itests/traced, spec.ingress[0]");
        } finally {
            CLUSTER.client().resource(policy).delete();
            CLUSTER.delete(TRACED);
        }
    }
}
