package org.karst.network.policy;

import java.util.ArrayList;
import java.util.List;
import org.karst.model.LabelSelector;
import org.karst.pipeline.Direction;

/** Rules as a person would say them. */
public final class PolicyWords {
    private PolicyWords() {}

    /** {@code from pods with app in (web) of namespace shop, at TCP:80}. */
    public static String of(Direction direction, PeerSet peers, PortSet ports) {
        String preposition =
                switch (direction) {
                    case EGRESS -> "to ";
                    case INGRESS -> "from ";
                };
        return preposition + peers(peers) + ", " + ports(ports);
    }

    private static String peers(PeerSet peers) {
        return peers.isAll()
                ? "everybody"
                : String.join(
                        " or ", peers.peers().stream().map(PolicyWords::peer).toList());
    }

    private static String peer(Peer peer) {
        if (peer instanceof Peer.PodsOfNamespace pods) {
            return pods(pods.pods()) + " of namespace " + pods.namespace();
        }
        if (peer instanceof Peer.PodsOfNamespaces pods) {
            return pods(pods.pods())
                    + (pods.namespaces().isEverything()
                            ? " of every namespace"
                            : " of namespaces with " + pods.namespaces());
        }
        if (peer instanceof Peer.Block block) {
            return block.cidr()
                    + (block.except().isEmpty()
                            ? ""
                            : " except "
                                    + String.join(
                                            " and ",
                                            block.except().stream()
                                                    .map(Object::toString)
                                                    .toList()));
        }
        if (peer instanceof Peer.Nodes nodes) {
            return nodes.labels().isEverything() ? "all nodes" : "nodes with " + nodes.labels();
        }
        return peer.toString();
    }

    private static String pods(LabelSelector pods) {
        return pods.isEverything() ? "all pods" : "pods with " + pods;
    }

    private static String ports(PortSet ports) {
        if (ports.all()) {
            return "every protocol and port";
        }
        List<String> words = new ArrayList<>();
        ports.ranges().forEach(range -> words.add(range.toString()));
        ports.names().forEach(name -> words.add(name.toString()));
        return "at " + String.join(" or ", words);
    }
}
