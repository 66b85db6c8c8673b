package org.karst.sandbox.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.karst.host.RouteRequest;
import org.karst.sandbox.internal.Teardown;

/** What happens to the server, or while it does not run. */
final class ServerTrouble {
    private static final int PODS_AT_WORK = 4;
    /** So that some of the pods are attached, and others not yet. */
    private static final int AT_WORK_MILLIS = 400;

    /** The node's own port in its integration bridge. */
    private static final String MANAGEMENT_PORT = "karst0";

    private ServerTrouble() {}

    static void killed(Ground ground) throws IOException, InterruptedException {
        ground.cluster().restartServer(true, server -> {});
    }

    static void restarted(Ground ground) throws IOException, InterruptedException {
        ground.cluster().restartServer(false, server -> {});
    }

    static void withoutCache(Ground ground) throws IOException, InterruptedException {
        ground.cluster().restartServer(false, server -> Teardown.deleteTree(server.resolve("data/cache")));
    }

    static void outOfMemory(Ground ground) throws IOException, InterruptedException {
        ground.cluster().starveServer();
    }

    static void killedAtWork(Ground ground) throws IOException, InterruptedException {
        ground.expectLinksToMove();
        List<String> pods = ground.workload().createPassersBy(PODS_AT_WORK, ground.node());
        Thread.sleep(ground.random().nextInt(AT_WORK_MILLIS));
        ground.cluster().restartServer(true, server -> {});
        ground.awaitPods();
        for (String pod : pods) {
            ground.workload().deletePod(pod);
        }
    }

    static void linkLostWhileDown(Ground ground) throws IOException, InterruptedException {
        String port = ground.portOfServer();
        ground.dead(() -> {
            ground.cluster().restartServer(true, server -> deleteLink(ground, port));
            ground.awaitAnswers();
        });
    }

    static void hostRebooted(Ground ground) throws IOException, InterruptedException {
        List<String> links = new ArrayList<>(ground.portsOfPods());
        links.add(MANAGEMENT_PORT);
        ground.dead(() -> {
            ground.cluster().restartServer(true, server -> {
                ground.openVSwitch().killSwitch();
                ground.openVSwitch().killDatabase();
                for (String link : links) {
                    deleteLink(ground, link);
                }
                ground.openVSwitch().startDatabase();
                ground.openVSwitch().startSwitch();
            });
            ground.awaitAnswers();
        });
    }

    private static void deleteLink(Ground ground, String link) throws IOException {
        ground.sandbox().namespace(ground.node().name()).run(inside -> inside.routes()
                .execute(RouteRequest.deleteLink(link)));
    }
}
