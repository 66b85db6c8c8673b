package org.karst.bench.survival;

import java.io.IOException;
import org.karst.sandbox.OpenVSwitch;

/** What dies without a warning, and is started again a second later, as a supervisor does. */
enum Death {
    /** The datapath and all flows are gone with it. */
    SWITCH("ovs-vswitchd") {
        @Override
        void kill(OpenVSwitch node) throws IOException, InterruptedException {
            node.killSwitch();
        }

        @Override
        void start(OpenVSwitch node) throws IOException, InterruptedException {
            node.startSwitch();
        }
    },
    /** As at a reboot of the node, of which only the database's file is left. */
    BOTH("ovs-vswitchd and ovsdb-server") {
        @Override
        void kill(OpenVSwitch node) throws IOException, InterruptedException {
            node.killSwitch();
            node.killDatabase();
        }

        @Override
        void start(OpenVSwitch node) throws IOException, InterruptedException {
            node.startDatabase();
            node.startSwitch();
        }
    };

    private final String text;

    Death(String text) {
        this.text = text;
    }

    abstract void kill(OpenVSwitch node) throws IOException, InterruptedException;

    abstract void start(OpenVSwitch node) throws IOException, InterruptedException;

    @Override
    public String toString() {
        return text;
    }
}
