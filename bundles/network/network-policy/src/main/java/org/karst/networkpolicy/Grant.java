package org.karst.networkpolicy;

import java.util.Comparator;
import java.util.Optional;

/**
 * What some rule allows a subject: these peers at these ports, without names of ports. It is a conjunction in the switch,
 * shared by all subjects and policies to which it applies.
 */
final class Grant implements Comparable<Grant> {
    private static final Comparator<Grant> ORDER = Comparator.comparing(Grant::peers)
            .thenComparing(grant -> grant.named().map(NamedPort::toString).orElse(""))
            .thenComparing(grant -> grant.ports().toString());

    private final PeerSet peers;
    private final Optional<NamedPort> named;
    private final PortSet ports;
    private final long hash;

    private Grant(PeerSet peers, Optional<NamedPort> named, PortSet ports) {
        this.peers = peers;
        this.named = named;
        this.ports = ports;
        hash = Hash.mixed(peers.hash() + Hash.of(named + " " + ports));
    }

    static Grant of(PeerSet peers, PortSet ports) {
        return new Grant(peers, Optional.empty(), ports);
    }

    /** To those of the peers where a name stands for a number, at that number. */
    static Grant of(PeerSet peers, NamedPort named) {
        PortRange port = new PortRange(named.name().protocol(), named.number(), named.number());
        return new Grant(peers, Optional.of(named), PortSet.of(port));
    }

    PeerSet peers() {
        return peers;
    }

    /** What the peer's container must have named so, if anything. */
    Optional<NamedPort> named() {
        return named;
    }

    PortSet ports() {
        return ports;
    }

    /** Whether the conjunction has a clause about peers. */
    boolean asksForPeer() {
        return !peers.isAll() || named.isPresent();
    }

    boolean asksForPort() {
        return !ports.all();
    }

    /** Whether it allows everything. */
    boolean isEverything() {
        return !asksForPeer() && !asksForPort();
    }

    /** How many clauses the conjunction has: the subject, the peer, the port. */
    int clauses() {
        return 1 + (asksForPeer() ? 1 : 0) + (asksForPort() ? 1 : 0);
    }

    /** The same in each process. */
    long hash() {
        return hash;
    }

    @Override
    public int compareTo(Grant other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Grant other
                && hash == other.hash
                && peers.equals(other.peers)
                && named.equals(other.named)
                && ports.equals(other.ports);
    }

    @Override
    public int hashCode() {
        return (int) hash;
    }

    @Override
    public String toString() {
        return peers + named.map(port -> " with " + port).orElse("") + " at " + ports;
    }
}
