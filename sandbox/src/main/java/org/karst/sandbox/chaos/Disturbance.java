package org.karst.sandbox.chaos;

import java.io.IOException;

/** One thing that happens to a cluster; it returns when nobody but the switch's own death has left a trace. */
public enum Disturbance {
    /** The server is killed without a warning and started by its supervisor. */
    SERVER_KILLED(Flows.UNTOUCHED, ServerTrouble::killed),
    /** The server is ended and started. */
    SERVER_RESTARTED(Flows.UNTOUCHED, ServerTrouble::restarted),
    /** The server is ended, its container's cache is deleted, and it is started. */
    SERVER_WITHOUT_CACHE(Flows.UNTOUCHED, ServerTrouble::withoutCache),
    /** The server ends and finds too little memory when it starts again, until it dies of that and is started with enough. */
    SERVER_OUT_OF_MEMORY(Flows.UNTOUCHED, ServerTrouble::outOfMemory),
    /** The server is killed while pods come and go, with half of their flows sent. */
    SERVER_KILLED_AT_WORK(Flows.REMADE, ServerTrouble::killedAtWork),
    /** The link of a pod is deleted by hand while the server does not run. */
    LINK_LOST_WHILE_DOWN(Flows.REMADE, ServerTrouble::linkLostWhileDown),
    /** Everything of a node but its database's file is gone, and the server was killed with it. */
    HOST_REBOOTED(Flows.REMADE, ServerTrouble::hostRebooted),
    /** ovs-vswitchd is killed and comes back: its datapath and conntrack are gone, and all flows. */
    SWITCH_KILLED(Flows.REMADE, SwitchTrouble::switchKilled),
    /**
     * ovsdb-server is killed and comes back. Without its database ovs-vswitchd runs no bridge (bridge_run in vswitchd/bridge.c), and ports of
     * the userspace datapath are polled there: packets wait for the database. The kernel's datapath would go on.
     */
    DATABASE_KILLED(Flows.UNTOUCHED, SwitchTrouble::databaseKilled),
    /** Both daemons of Open vSwitch are killed and come back. */
    SWITCH_AND_DATABASE_KILLED(Flows.REMADE, SwitchTrouble::bothKilled),
    /** The OpenFlow connection is led astray by hand, again and again. */
    CONNECTION_FLAPS(Flows.UNTOUCHED, SwitchTrouble::connectionFlaps),
    /** The way from the switch to the server is broken for a second, again and again. */
    MANAGEMENT_LINK_FLAPS(Flows.UNTOUCHED, managementLinkFlaps(5)),
    /** The flows to a pod are deleted by hand, and somebody asks for a comparison. */
    FLOWS_DELETED(Flows.REMADE, SwitchTrouble::flowsDeleted),
    /** The flows to a pod are altered by hand, and somebody asks for a comparison. */
    FLOWS_ALTERED(Flows.REMADE, SwitchTrouble::flowsAltered),
    /** A pod's port is deleted from the bridge by hand. */
    PORT_DELETED(Flows.REMADE, SwitchTrouble::portDeleted),
    /** The integration bridge is deleted by hand. */
    BRIDGE_DELETED(Flows.REMADE, SwitchTrouble::bridgeDeleted),
    /** A feature's bundle stops and starts, within the grace. */
    FEATURE_RESTARTED(Flows.UNTOUCHED, Operation::featureRestarted),
    /** A feature's bundle is updated. */
    FEATURE_UPDATED(Flows.UNTOUCHED, Operation::featureUpdated),
    /** A feature that guards is uninstalled and installed: it stays in force meanwhile. */
    GUARD_INSTALLED_ANEW(Flows.UNTOUCHED, Operation::guardInstalledAnew),
    /** As {@link #GUARD_INSTALLED_ANEW}, and meanwhile the server is killed: the next process knows of the guard. */
    SERVER_KILLED_WITH_GUARD_AWAY(Flows.UNTOUCHED, Operation::serverKilledWithGuardAway),
    /** A pod that policies name comes and goes beside the others, and with it the verdicts of others. */
    POD_COMES_AND_GOES(Flows.REMADE, Operation::podComesAndGoes),
    /** Many pods come and go at once. */
    PODS_COME_AND_GO(Flows.REMADE, Operation::podsComeAndGo),
    /** A policy about pods with traffic comes and goes. */
    POLICY_COMES_AND_GOES(Flows.REMADE, Operation::policyComesAndGoes);

    /** What becomes of the flows. */
    private enum Flows {
        /** No flow is made anew. */
        UNTOUCHED,
        /** Ports may have other numbers afterwards, or verdicts were others meanwhile: in the end the flows do what they did. */
        REMADE
    }

    private final Flows flows;

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final Trial.Deed deed;

    Disturbance(Flows flows, Trial.Deed deed) {
        this.flows = flows;
        this.deed = deed;
    }

    /** The way from a switch to the server is broken for a second and whole for a second, so many times. */
    public static Trial.Deed managementLinkFlaps(int times) {
        return ground -> SwitchTrouble.managementLinkFlaps(ground, times);
    }

    /** Does it, and returns when its direct effect is over; {@link Ground#awaitEqual} tells whether all is as before. */
    void run(Ground ground) throws IOException, InterruptedException {
        deed.run(ground);
    }

    /** Whether flows may be made anew by it. */
    boolean remakes() {
        return flows == Flows.REMADE;
    }

    /** Whether another process of the server runs after it. */
    boolean endsServer() {
        return switch (this) {
            case SERVER_KILLED,
                    SERVER_RESTARTED,
                    SERVER_WITHOUT_CACHE,
                    SERVER_OUT_OF_MEMORY,
                    SERVER_KILLED_AT_WORK,
                    LINK_LOST_WHILE_DOWN,
                    HOST_REBOOTED,
                    SERVER_KILLED_WITH_GUARD_AWAY -> true;
            case SWITCH_KILLED,
                    DATABASE_KILLED,
                    SWITCH_AND_DATABASE_KILLED,
                    CONNECTION_FLAPS,
                    MANAGEMENT_LINK_FLAPS,
                    FLOWS_DELETED,
                    FLOWS_ALTERED,
                    PORT_DELETED,
                    BRIDGE_DELETED,
                    FEATURE_RESTARTED,
                    FEATURE_UPDATED,
                    GUARD_INSTALLED_ANEW,
                    POD_COMES_AND_GOES,
                    PODS_COME_AND_GO,
                    POLICY_COMES_AND_GOES -> false;
        };
    }
}
