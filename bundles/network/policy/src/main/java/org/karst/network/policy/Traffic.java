package org.karst.network.policy;

import java.util.Comparator;
import java.util.Optional;

/** What a rule is about, seen from one of its subjects: these peers at these ports, without names of ports. */
public final class Traffic implements Comparable<Traffic> {
    private static final Comparator<Traffic> ORDER = Comparator.comparing(Traffic::peers)
            .thenComparing(traffic -> traffic.named().map(NamedPort::toString).orElse(""))
            .thenComparing(traffic -> traffic.textOfPorts);

    private final PeerSet peers;
    private final Optional<NamedPort> named;
    private final PortSet ports;
    /** What grants are ordered by: each node sorts all of its own. */
    private final String textOfPorts;

    private final long hash;

    private Traffic(PeerSet peers, Optional<NamedPort> named, PortSet ports) {
        this.peers = peers;
        this.named = named;
        this.ports = ports;
        textOfPorts = ports.toString();
        hash = Hash.mixed(peers.hash() + Hash.of(named + " " + textOfPorts));
    }

    public static Traffic of(PeerSet peers, PortSet ports) {
        return new Traffic(peers, Optional.empty(), ports);
    }

    /** To those of the peers where a name stands for a number, at that number. */
    public static Traffic of(PeerSet peers, NamedPort named) {
        PortRange port = new PortRange(named.name().protocol(), named.number(), named.number());
        return new Traffic(peers, Optional.of(named), PortSet.of(port));
    }

    public PeerSet peers() {
        return peers;
    }

    /** What the peer's container must have named so, if anything. */
    public Optional<NamedPort> named() {
        return named;
    }

    public PortSet ports() {
        return ports;
    }

    /** Whether the conjunction has a clause about peers. */
    public boolean asksForPeer() {
        return !peers.isAll() || named.isPresent();
    }

    public boolean asksForPort() {
        return !ports.all();
    }

    /** Whether it is everything. */
    public boolean isEverything() {
        return !asksForPeer() && !asksForPort();
    }

    /** How many clauses the conjunction has: the subject, the peer, the port. */
    public int clauses() {
        return 1 + (asksForPeer() ? 1 : 0) + (asksForPort() ? 1 : 0);
    }

    /** The same in each process. */
    public long hash() {
        return hash;
    }

    @Override
    public int compareTo(Traffic other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(Object object) {
        return this == object
                || object instanceof Traffic other
                        && hash == other.hash
                        && peers.equals(other.peers)
                        && named.equals(other.named)
                        && textOfPorts.equals(other.textOfPorts);
    }

    @Override
    public int hashCode() {
        return (int) hash;
    }

    @Override
    public String toString() {
        return peers + named.map(port -> " with " + port).orElse("") + " at " + textOfPorts;
    }
}
