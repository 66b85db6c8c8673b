package org.karst.network.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.karst.model.Cidr;

/**
 * The peers of a rule. Two rules with the same peers, whatever their order, have equal sets, and so share one conjunction for
 * equal ports: what is keyed by peers is keyed by this. Its text is its identity.
 */
public final class PeerSet extends TextIdentity<PeerSet> {
    /** Whoever it may be: a rule without {@code from} or {@code to}. */
    public static final PeerSet ALL = new PeerSet(List.of(), "*");

    private final List<Peer> peers;
    private final Set<Cidr> prefixes;
    private final boolean everyPod;
    private final long hash;

    private PeerSet(List<Peer> peers, String text) {
        super(text);
        this.peers = peers;
        prefixes = peers.stream().flatMap(peer -> peer.prefixes().stream()).collect(Collectors.toUnmodifiableSet());
        everyPod = peers.stream().anyMatch(peer -> peer instanceof Peer.PodsOfNamespaces pods && pods.isEveryPod());
        hash = Hash.of(text);
    }

    public static PeerSet of(List<? extends Peer> peers) {
        List<Peer> sorted = new ArrayList<>(peers);
        sorted.sort(Comparator.comparing(Peer::toString));
        List<Peer> distinct = sorted.stream().distinct().toList();
        return new PeerSet(distinct, distinct.toString());
    }

    public boolean isAll() {
        return peers.isEmpty();
    }

    /** None for {@link #ALL}. */
    public List<Peer> peers() {
        return peers;
    }

    /** The addresses that its blocks mean. */
    public Set<Cidr> prefixes() {
        return prefixes;
    }

    /** The same in each process. */
    public long hash() {
        return hash;
    }

    /** Whether every pod of the cluster is meant by one of the peers. */
    public boolean hasEveryPod() {
        return everyPod;
    }

    /** Whether it means pods that no index over labels finds. */
    public boolean isFoundByAddress() {
        return isAll() || peers.stream().anyMatch(peer -> peer.anchors().isEmpty());
    }
}
