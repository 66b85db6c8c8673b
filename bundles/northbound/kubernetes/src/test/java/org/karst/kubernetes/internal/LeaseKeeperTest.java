package org.karst.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.karst.kubernetes.internal.TestMailbox.until;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.ApiServer;
import org.karst.apiserver.ApiServerSettings;
import org.karst.kubernetes.KubernetesSettings;
import org.karst.kubernetes.LeaseSettings;
import org.karst.model.Document;
import org.karst.pipeline.Leadership;
import org.karst.pipeline.World;

/** Who leads, by the Lease of the real API server. */
@Timeout(120)
class LeaseKeeperTest {
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
    private static final String LEASE = LEASES + "/karst-leader";
    /** So long that nobody is replaced because the machine is busy. */
    private static final Duration LEASE_TIME = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private ApiServer server;
    private ApiAccess access;
    private final List<Candidate> candidates = new ArrayList<>();

    /** A process that competes. */
    private final class Candidate implements AutoCloseable {
        private final String name;
        private final TestMailbox mailbox = new TestMailbox();
        /** Completed when the kinds are listed. */
        private volatile CompletableFuture<Void> listed = CompletableFuture.completedFuture(null);

        private final LeaseKeeper keeper;

        Candidate(String name) {
            this(name, LEASE_TIME);
        }

        Candidate(String name, Duration lease) {
            this.name = name;
            LeaseSettings settings = new LeaseSettings(
                    "kube-system", "karst-leader", name, lease, lease.dividedBy(2), Duration.ofMillis(50));
            keeper = new LeaseKeeper(access, settings, Clock.systemUTC(), mailbox, kinds -> listed);
            candidates.add(this);
        }

        Candidate start() {
            keeper.start();
            return this;
        }

        boolean leads() {
            return new Leadership(name).equals(mailbox.rows(World.LEADER).get(World.LEADER_KEY));
        }

        @Override
        public void close() {
            keeper.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        access = new ApiAccess(KubernetesSettings.of(server.kubeconfig()));
    }

    @AfterEach
    void stop() {
        candidates.forEach(Candidate::close);
        server.close();
        candidates.forEach(candidate -> candidate.mailbox.close());
    }

    private Document spec() throws IOException {
        return access.get(LEASE).find("spec").orElseThrow();
    }

    @Test
    void oneLeadsAndTheNextFollowsWhenItGivesTheLeaseBack() throws Exception {
        Candidate one = new Candidate("one").start();
        until(one::leads);
        Document spec = spec();
        assertThat(spec.text("holderIdentity")).isEqualTo("one");
        assertThat(spec.number("leaseDurationSeconds")).isEqualTo(LEASE_TIME.toSeconds());
        assertThat(spec.number("leaseTransitions")).isZero();
        Candidate other = new Candidate("other").start();
        String renewed = spec.text("renewTime");
        until(() -> !renewTime().equals(renewed));
        assertThat(other.leads()).isFalse();
        one.close();
        until(other::leads);
        until(() -> !one.leads());
        assertThat(spec().number("leaseTransitions")).isEqualTo(1);
    }

    private String renewTime() {
        try {
            return spec().text("renewTime");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aHolderWhoSaysNothingIsReplaced() throws Exception {
        access.send(
                "POST",
                LEASES,
                "application/json",
                "{\"metadata\":{\"name\":\"karst-leader\"},\"spec\":{\"holderIdentity\":\"dead\",\"leaseDurationSeconds\":1,"
                        + "\"leaseTransitions\":4}}");
        Candidate heir = new Candidate("heir").start();
        until(heir::leads);
        assertThat(spec().number("leaseTransitions")).isEqualTo(5);
    }

    /** A process that was killed comes back on the same data folder, long before its Lease has ended. */
    @Test
    void aHolderWhoComesBackNeedNotWait() throws Exception {
        access.send(
                "POST",
                LEASES,
                "application/json",
                "{\"metadata\":{\"name\":\"karst-leader\"},\"spec\":{\"holderIdentity\":\"same\",\"leaseDurationSeconds\":3600,"
                        + "\"leaseTransitions\":4}}");
        Candidate same = new Candidate("same").start();
        until(same::leads);
        assertThat(spec().number("leaseTransitions")).isEqualTo(4);
        assertThat(spec().number("leaseDurationSeconds")).isEqualTo(LEASE_TIME.toSeconds());
    }

    @Test
    void nobodyLeadsBeforeTheListThatFollowsTheLease() throws Exception {
        Candidate one = new Candidate("one");
        one.listed = new CompletableFuture<>();
        one.start();
        until(() -> exists(LEASE));
        String first = renewTime();
        until(() -> !renewTime().equals(first));
        assertThat(one.leads()).isFalse();
        one.listed.complete(null);
        until(one::leads);

        // Other kinds: it leads again only after they were listed too.
        one.listed = new CompletableFuture<>();
        one.keeper.want(List.of(World.NODES));
        until(() -> !one.leads());
        one.listed.complete(null);
        until(one::leads);
    }

    private boolean exists(String path) {
        try {
            return access.get(path) != null;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aLeaderWhoCannotRenewGivesUpByItself() throws Exception {
        Candidate one = new Candidate("one", Duration.ofSeconds(4)).start();
        until(one::leads);
        server.close();
        until(() -> !one.leads());
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        until(one::leads);
        assertThat(spec().number("leaseTransitions")).isZero();
    }
}
