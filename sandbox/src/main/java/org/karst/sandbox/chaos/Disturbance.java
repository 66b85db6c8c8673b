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

    /** Does it, and returns when its direct effect is over; {@link Ground#awaitEqual} tells whether all is as before. */
    abstract void run(Ground ground) throws IOException, InterruptedException;

    /** Whether ports may have other numbers afterwards, so that flows differ. */
    boolean renumbers() {
        return switch (this) {
            case PORT_DELETED, BRIDGE_DELETED, LINK_LOST_WHILE_DOWN, SWITCH_KILLED, SWITCH_AND_DATABASE_KILLED -> true;
            case SERVER_KILLED, SERVER_RESTARTED, DATABASE_KILLED, CONNECTION_FLAPS -> false;
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
