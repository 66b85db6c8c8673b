package org.karst.sandbox.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.karst.host.RouteRequest;

/** One thing that happens to a cluster; it returns when nobody but the switch's own death has left a trace. */
public enum Disturbance {
    /** The server is killed without a warning and started by its supervisor. */
    SERVER_KILLED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.cluster().restartServer(true, server -> {});
        }
    },
    /** The server is ended and started. */
    SERVER_RESTARTED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.cluster().restartServer(false, server -> {});
        }
    },
    /** ovs-vswitchd is killed and comes back: its datapath and conntrack are gone, and all flows. */
    SWITCH_KILLED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.dead(() -> {
                ground.openVSwitch().killSwitch();
                Thread.sleep(DOWN.toMillis());
                revive(ground);
            });
        }
    },
    /**
     * ovsdb-server is killed and comes back. Without its database ovs-vswitchd runs no bridge (bridge_run in vswitchd/bridge.c), and ports of
     * the userspace datapath are polled there: packets wait for the database. The kernel's datapath would go on.
     */
    DATABASE_KILLED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.dead(() -> {
                ground.openVSwitch().killDatabase();
                Thread.sleep(DOWN.toMillis());
                ground.openVSwitch().startDatabase();
                ground.awaitAnswers();
            });
        }
    },
    /** Both daemons of Open vSwitch are killed and come back, as at a reboot of the node. */
    SWITCH_AND_DATABASE_KILLED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.dead(() -> {
                ground.openVSwitch().killSwitch();
                ground.openVSwitch().killDatabase();
                Thread.sleep(DOWN.toMillis());
                ground.openVSwitch().startDatabase();
                revive(ground);
            });
        }
    },
    /** The OpenFlow connection is led astray by hand, again and again. */
    CONNECTION_FLAPS {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            for (int i = 0; i < FLAPS; i++) {
                ground.openVSwitch().vsctl("--no-wait", "set-controller", "br-int", "tcp:127.0.0.1:9");
                Thread.sleep(1_000);
            }
        }
    },
    /** A feature's bundle stops and starts, within the grace. */
    FEATURE_RESTARTED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.cluster().shell("bundle:stop karst-network-policy");
            Thread.sleep(DOWN.toMillis());
            ground.cluster().shell("bundle:start karst-network-policy");
        }
    },
    /** A feature's bundle is updated. */
    FEATURE_UPDATED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.cluster().shell("bundle:update karst-connectivity");
        }
    },
    /** A pod comes and goes beside the others. */
    POD_COMES_AND_GOES {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.workload().createPod("passer-by", ground.node(), "server");
            ground.cluster().awaitPods(Duration.ofSeconds(30));
            ground.workload().deletePod("passer-by");
        }
    },
    /** The flows of a table are deleted by hand, and somebody asks for a comparison. */
    FLOWS_DELETED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.dead(() -> {
                ground.openVSwitch().ofctl("del-flows", "br-int", "table=" + ROUTES);
                ground.cluster()
                        .shell("karst:verify-flows --node " + ground.node().name());
                ground.awaitAnswers();
            });
        }
    },
    /** A pod's port is deleted from the bridge by hand. */
    PORT_DELETED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.dead(() -> {
                ground.openVSwitch().vsctl("--no-wait", "del-port", "br-int", ground.portOfServer());
                ground.awaitAnswers();
            });
        }
    },
    /** The integration bridge is deleted by hand. */
    BRIDGE_DELETED {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            ground.dead(() -> {
                ground.openVSwitch().vsctl("--no-wait", "del-br", "br-int");
                ground.awaitAnswers();
            });
        }
    },
    /** The link of a pod is deleted by hand while the server does not run. */
    LINK_LOST_WHILE_DOWN {
        @Override
        void run(Ground ground) throws IOException, InterruptedException {
            String port = ground.portOfServer();
            ground.dead(() -> {
                ground.cluster().restartServer(true, server -> ground.sandbox()
                        .namespace(ground.node().name())
                        .run(inside -> inside.routes().execute(RouteRequest.deleteLink(port))));
                ground.awaitAnswers();
            });
        }
    };

    private static final Duration DOWN = Duration.ofSeconds(1);
    private static final int FLAPS = 5;
    /** ROUTING's table of IPv4. */
    private static final int ROUTES = 130;

    /** Does it, and returns when its direct effect is over; {@link Ground#awaitEqual} tells whether all is as before. */
    abstract void run(Ground ground) throws IOException, InterruptedException;

    /**
     * Whether flows may be made anew by it: ports may have other numbers afterwards, or a peer that policies name came and went, and
     * with it the verdicts of others.
     */
    boolean remakes() {
        return switch (this) {
            case FLOWS_DELETED,
                    PORT_DELETED,
                    BRIDGE_DELETED,
                    LINK_LOST_WHILE_DOWN,
                    SWITCH_KILLED,
                    SWITCH_AND_DATABASE_KILLED,
                    POD_COMES_AND_GOES -> true;
            case SERVER_KILLED,
                    SERVER_RESTARTED,
                    DATABASE_KILLED,
                    CONNECTION_FLAPS,
                    FEATURE_RESTARTED,
                    FEATURE_UPDATED -> false;
        };
    }

    /** Starts the switch of the node and measures until new connections work again. */
    private static void revive(Ground ground) throws IOException, InterruptedException {
        ground.openVSwitch().startSwitch();
        long back = System.nanoTime();
        ground.awaitAnswers();
        ground.note(String.format(
                Locale.ROOT, "new connections %.2f s after ovs-vswitchd is back", (System.nanoTime() - back) / 1e9));
    }
}
