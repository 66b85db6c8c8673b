package org.karst.sandbox.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What operators and users do on any day. */
final class Operation {
    private static final Duration AWAY = Duration.ofSeconds(1);
    private static final int CHURN = 6;
    private static final List<String> BUNDLES = List.of(
            "karst-connectivity",
            "karst-ipv6",
            "karst-network-policy",
            "karst-admin-policy",
            "karst-audit-log",
            "karst-allocation");

    private Operation() {}

    private static String anyBundle(Ground ground) {
        String bundle = BUNDLES.get(ground.random().nextInt(BUNDLES.size()));
        ground.note(bundle);
        return bundle;
    }

    static void featureRestarted(Ground ground) throws IOException, InterruptedException {
        String bundle = anyBundle(ground);
        ground.cluster().shell("bundle:stop " + bundle);
        Thread.sleep(AWAY.toMillis());
        ground.cluster().shell("bundle:start " + bundle);
    }

    static void featureUpdated(Ground ground) throws IOException, InterruptedException {
        ground.cluster().shell("bundle:update " + anyBundle(ground));
    }

    static void guardInstalledAnew(Ground ground) throws IOException, InterruptedException {
        withoutGuard(ground, () -> Thread.sleep(AWAY.toMillis()));
    }

    static void serverKilledWithGuardAway(Ground ground) throws IOException, InterruptedException {
        withoutGuard(ground, () -> {
            // What a feature left is written down a moment after it went.
            Thread.sleep(AWAY.toMillis());
            ground.cluster().restartServer(true, server -> {});
            Thread.sleep(AWAY.toMillis());
        });
    }

    private static void withoutGuard(Ground ground, Ground.Deed deed) throws IOException, InterruptedException {
        ground.cluster().shell("feature:uninstall karst-network-policy");
        try {
            deed.run();
        } finally {
            ground.cluster().shell("feature:install karst-network-policy");
        }
    }

    static void podComesAndGoes(Ground ground) throws IOException, InterruptedException {
        comeAndGo(ground, 1);
    }

    static void podsComeAndGo(Ground ground) throws IOException, InterruptedException {
        comeAndGo(ground, CHURN);
    }

    private static void comeAndGo(Ground ground, int count) throws IOException, InterruptedException {
        ground.expectLinksToMove();
        List<String> pods = ground.workload().createPassersBy(count, ground.node());
        ground.awaitPods();
        for (String pod : pods) {
            ground.workload().deletePod(pod);
        }
    }

    static void policyComesAndGoes(Ground ground) throws IOException, InterruptedException {
        ground.workload().createPassingPolicy();
        Thread.sleep(AWAY.toMillis());
        ground.workload().deletePassingPolicy();
    }
}
