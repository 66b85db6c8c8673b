package org.karst.pipeline;

import java.util.Optional;

/**
 * The places of the integration bridge's pipeline, in the order in which a packet passes them. Slot <i>n</i> owns the
 * OpenFlow tables 8n to 8n+7; table 8n is its gate. The numbers never change: a slot that is not used costs one flow.
 *
 * <p>The order was reviewed packet by packet; docs/architecture.md gives the reasons. A new slot is a change of the core.
 */
public enum Slot {
    /** Where a packet comes from: origin, network, conntrack zone. */
    INTAKE(Default.DROP),
    /** Only addresses that were given to the sender pass. A family that no stage guards is dropped. */
    SPOOF_GUARD(Default.DROP),
    /** Multicast is admitted before policy and without conntrack. */
    MULTICAST_ADMISSION(Default.PASS),
    /** ARP, neighbour discovery, DHCP and router solicitations are answered here. */
    RESPONDERS(Default.PASS),
    /** Replies to masqueraded connections get their address back before the main zone sees them. */
    UNSNAT(Default.PASS),
    /** Looks each packet up in the connection tracker. */
    CONNTRACK(Default.PASS),
    /** Connections that were judged already skip policy while their verdict is unchanged. */
    VERDICT(Default.PASS),
    /** Service addresses become endpoints. */
    LOAD_BALANCING(Default.PASS),
    /** Tenant networks do not see each other. */
    ISOLATION(Default.PASS),
    /** Asks the policy slots beforehand, where what they say is to be logged, and lets everything pass. */
    AUDIT(Default.PASS),
    EGRESS_ADMIN(Default.PASS),
    EGRESS_POLICY(Default.PASS),
    EGRESS_BASELINE(Default.PASS),
    EGRESS_FIREWALL(Default.PASS),
    /** DNS is answered or overheard only after egress policy admitted it. */
    DNS(Default.PASS),
    QOS(Default.PASS),
    /** For third parties: pod traffic before it is routed. */
    EXTENSION_1(Default.PASS),
    /** Chooses the way: next hop, output port, TTL. */
    ROUTING(Default.PASS),
    EGRESS_STEERING(Default.PASS),
    /** Known only after steering: what is too long for the way gets an ICMP error. */
    PATH_MTU(Default.PASS),
    INGRESS_ADMIN(Default.PASS),
    INGRESS_POLICY(Default.PASS),
    INGRESS_BASELINE(Default.PASS),
    QOS_INGRESS(Default.PASS),
    MULTICAST(Default.PASS),
    /** Commits new connections, so that a policy that comes later does not meet them in the middle. */
    COMMIT(Default.PASS),
    SNAT(Default.PASS),
    /** For third parties: traffic that was admitted. */
    EXTENSION_2(Default.PASS),
    /** Tunnel keys and destinations. */
    OVERLAY(Default.PASS),
    /** The end: out of the chosen port, or nowhere. */
    OUTPUT(Default.DROP);

    /** What happens in a slot to packets that no stage's gate match takes. */
    public enum Default {
        PASS,
        DROP
    }

    private final Default otherwise;

    Slot(Default otherwise) {
        this.otherwise = otherwise;
    }

    /** How many tables a slot owns. */
    public static final int TABLES = 8;

    /** The number of the gate table. */
    public int gate() {
        return TABLES * ordinal();
    }

    public Default otherwise() {
        return otherwise;
    }

    /** The slot whose tables include this one. */
    public static Optional<Slot> ofTable(int table) {
        int at = table / TABLES;
        return table >= 0 && at < values().length ? Optional.of(values()[at]) : Optional.empty();
    }

    /** The slot after this one. */
    public Optional<Slot> following() {
        return ofTable(gate() + TABLES);
    }

    /** The action that ends a stage: on to the gate of the following slot. */
    public Action next() {
        return new Action.Goto(following()
                .orElseThrow(() -> new IllegalStateException(this + " is the last slot; its stages output or drop"))
                .gate());
    }
}
