package org.karst.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.adminpolicy.AdminPolicyFeature;
import org.karst.connectivity.Connectivity;
import org.karst.ipv6.Ipv6;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.pipeline.Meter;
import org.karst.testing.Cluster;
import org.karst.testing.RealSwitch;
import org.karst.testing.Run;

/** The flows in a real switch: what it tells, how often, and that nothing else changes. */
@Tag("root")
class AuditSwitchTest {
    private static final int RATE = 20;
    private static final int WEB = 3;
    private static final int CLIENT = 4;
    private static final String WEB_IP = "10.128.0.5";
    private static final String CLIENT_IP = "10.128.0.6";

    private final Cluster cluster = AuditLogTest.cluster();
    private Run run;
    private RealSwitch real;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(RealSwitch.isPossible(), "needs root and Open vSwitch");
        run = Run.of(
                cluster,
                new Connectivity(),
                new Ipv6(),
                new NetworkPolicyFeature(),
                new AdminPolicyFeature(),
                new AuditLogFeature(RATE));
        real = RealSwitch.start();
        real.ports(List.of(1, 2, 3, 4));
        for (Meter meter : run.wanted(Meter.class)) {
            if (meter.node().equals("a")) {
                real.meter(meter.number(), meter.packetsPerSecond());
            }
        }
        real.listen();
        real.stopClock();
        real.pass(Duration.ofSeconds(10));
    }

    @AfterEach
    void end() throws Exception {
        if (real != null) {
            real.close();
        }
        if (run != null) {
            run.close();
        }
    }

    private void log(String annotation) throws Exception {
        run.step(cluster.object(Subjects.LOGGING, AuditLogTest.logging(annotation))
                .last());
        real.flows(run.switchFlows("a"));
    }

    /** Sends to the server, and says whether it arrived. */
    private boolean send(int port, int times) throws Exception {
        long before = real.sent().get(WEB);
        for (int i = 0; i < times; i++) {
            real.send(CLIENT, Frames.udp(CLIENT_IP, 4_000, WEB_IP, port));
        }
        real.settle();
        return real.sent().get(WEB) > before;
    }

    private List<String> heard(Predicate<List<String>> enough) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        List<String> heard = real.heard();
        while (!enough.test(heard) && System.nanoTime() < end) {
            Thread.sleep(10);
            heard = real.heard();
        }
        return heard;
    }

    @Test
    void aDeniedPacketIsToldAndStillDenied() throws Exception {
        log("{\"deny\":\"alert\"}");
        assertThat(send(443, 1)).isFalse();
        assertThat(heard(heard -> heard.size() == 1)).hasSize(1);
        assertThat(send(80, 1)).as("what is allowed arrives").isTrue();
        assertThat(send(443, 1)).isFalse();
        assertThat(heard(heard -> heard.size() == 2)).as("and is not told").hasSize(2);
    }

    @Test
    void anAllowedConnectionIsToldOnce() throws Exception {
        log("{\"allow\":\"info\"}");
        assertThat(send(80, 1)).isTrue();
        assertThat(send(80, 30)).isTrue();
        assertThat(send(443, 1)).isFalse();
        assertThat(send(81, 1)).isTrue();
        assertThat(heard(heard -> heard.size() == 2)).as("two connections").hasSize(2);
        assertThat(real.connections()).contains("labels=0x");
    }

    @Test
    void rulesOfAClusterPolicyAreToldAndNobodyElse() throws Exception {
        admin("{\"pass\":\"info\",\"deny\":\"alert\"}");
        assertThat(send(83, 200)).isFalse();
        assertThat(heard(heard -> heard.size() == RATE)).as("denied by it").hasSize(RATE);
        real.pass(Duration.ofSeconds(1));
        assertThat(send(443, 200)).as("denied by NetworkPolicy").isFalse();
        assertThat(send(82, 1)).as("allowed by it").isTrue();
        assertThat(send(80, 1)).as("passed by it").isTrue();
        assertThat(heard(heard -> heard.size() > RATE)).hasSize(RATE + 1);
        log("{\"deny\":\"alert\"}");
        real.pass(Duration.ofSeconds(1));
        assertThat(send(443, 1)).isFalse();
        assertThat(heard(heard -> heard.size() > RATE + 1))
                .as("the namespace wants to know")
                .hasSize(RATE + 2);
    }

    private void admin(String severities) throws Exception {
        run.step(cluster.object(ClusterPolicyTest.ADMIN, ClusterPolicyTest.admin(ClusterPolicyTest.acl(severities)))
                .last());
        real.flows(run.switchFlows("a"));
    }

    @Test
    void theMeterLimitsWhatIsTold() throws Exception {
        log("{\"deny\":\"alert\"}");
        send(443, 200);
        assertThat(heard(heard -> heard.size() == RATE)).hasSize(RATE);
        real.pass(Duration.ofSeconds(1));
        send(443, 200);
        assertThat(heard(heard -> heard.size() == 2 * RATE)).hasSize(2 * RATE);
        assertThat(send(80, 1)).as("what is allowed does not notice").isTrue();
    }

    @Test
    void aDryRunIsToldByFirstPacketsAndDeniesNothing() throws Exception {
        enforce(false);
        assertThat(send(443, 1)).isTrue();
        assertThat(send(443, 30)).isTrue();
        assertThat(heard(heard -> heard.size() == 1)).as("one connection").hasSize(1);
        assertThat(send(80, 1)).isTrue();
        assertThat(heard(heard -> heard.size() == 2)).as("another").hasSize(2);
        enforce(true);
        assertThat(send(443, 1)).as("it reaches what stands").isFalse();
        assertThat(send(80, 1)).isTrue();
        enforce(false);
        assertThat(send(443, 1)).isTrue();
    }

    private void enforce(boolean enforced) throws Exception {
        String policy = enforced ? AuditLogTest.WEB : AuditLogTest.dryRun(AuditLogTest.WEB);
        run.step(cluster.object(AuditLogTest.POLICIES, policy).last());
        real.flows(run.switchFlows("a"));
    }

    /** Everybody to everybody at some ports: where a packet leaves does not depend on who is told of it. */
    @Test
    void noVerdictChanges() throws Exception {
        log("");
        List<Integer> silent = outputs();
        assertThat(silent).contains(0, WEB);
        for (String annotation :
                List.of("{\"deny\":\"alert\"}", "{\"allow\":\"info\"}", "{\"deny\":\"a\",\"allow\":\"info\"}")) {
            log(annotation);
            assertThat(outputs()).isEqualTo(silent);
        }
        log("");
        admin("{}");
        List<Integer> judged = outputs();
        admin("{\"deny\":\"alert\",\"allow\":\"info\",\"pass\":\"info\"}");
        assertThat(outputs()).isEqualTo(judged);
    }

    private List<Integer> outputs() {
        String client = "in_port=" + CLIENT + ",dl_src=0a:58:0a:80:00:06,dl_dst=0a:58:0a:80:00:01,";
        String web = "in_port=" + WEB + ",dl_src=0a:58:0a:80:00:05,dl_dst=0a:58:0a:80:00:01,";
        List<Integer> outputs = new ArrayList<>();
        for (String protocol : List.of("udp", "tcp")) {
            for (int port : new int[] {79, 80, 81, 82, 83, 443}) {
                String ports = protocol + "_src=4000," + protocol + "_dst=" + port;
                outputs.add(real.output(
                        client + protocol + ",nw_ttl=64,nw_src=10.128.0.6,nw_dst=10.128.0.5," + ports, "trk,new"));
                outputs.add(real.output(
                        client + protocol + "6,nw_ttl=64,ipv6_src=fd01:0:0:1::6,ipv6_dst=fd01:0:0:1::5," + ports,
                        "trk,new"));
                outputs.add(real.output(
                        web + protocol + ",nw_ttl=64,nw_src=10.128.0.5,nw_dst=10.128.0.6," + ports, "trk,new"));
                outputs.add(real.output(
                        web + protocol + ",nw_ttl=64,nw_src=10.128.0.5,nw_dst=10.128.0.6," + ports, "trk,est,rpl"));
            }
        }
        return outputs;
    }
}
