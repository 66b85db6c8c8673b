package org.karst.questions.internal;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.model.Node;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;
import org.karst.questions.QuestionException;
import org.karst.questions.Trace;

/**
 * One end of a connection that is traced.
 *
 * @param name what it is called in the answer
 * @param node its node, "" outside
 * @param attachment its interface if it is a pod with a network of its own
 * @param sources addresses from which it sends into the pods' network
 * @param targets addresses at which it is reached
 */
public record TraceEnd(
        String name, String node, Optional<AttachmentKey> attachment, List<Ip> sources, List<Ip> targets) {
    public TraceEnd {
        sources = List.copyOf(sources);
        targets = List.copyOf(targets);
    }

    /** Finds what NAMESPACE/POD, the name of a node or an address means. */
    static TraceEnd find(View view, String text) {
        Optional<Ip> address = Ip.find(text);
        if (address.isPresent()) {
            return ofAddress(view, address.get());
        }
        if (text.contains("/")) {
            return ofPod(view, FlowSelection.pod(text));
        }
        return Topology.node(view, text)
                .map(node -> ofNode(view, node))
                .orElseThrow(() -> QuestionException.notFound("there is no node " + text
                        + ", and it is no address; a pod is NAMESPACE/NAME. karst:nodes and karst:pods"
                        + " list what there is"));
    }

    private static TraceEnd ofAddress(View view, Ip address) {
        SortedSet<AttachmentKey> attachments = view.find(World.ATTACHMENTS_BY_ADDRESS, address);
        if (!attachments.isEmpty()) {
            AttachmentKey key = attachments.first();
            String pod = view.get(World.ATTACHMENTS, key).orElseThrow().pod().toString();
            return new TraceEnd(pod, key.node(), Optional.of(key), List.of(address), List.of(address));
        }
        for (String node : view.get(Topology.NODE_NAMES, Unit.UNIT)) {
            if (Topology.addresses(view, node).contains(address)) {
                return new TraceEnd(node, node, Optional.empty(), List.of(address), List.of(address));
            }
        }
        return new TraceEnd(address.toString(), "", Optional.empty(), List.of(address), List.of(address));
    }

    private static TraceEnd ofPod(View view, PodKey key) {
        SortedSet<AttachmentKey> attachments = view.find(World.ATTACHMENTS_BY_POD, key);
        if (!attachments.isEmpty()) {
            AttachmentKey attachment = attachments.first();
            List<Ip> addresses =
                    view.get(World.ATTACHMENTS, attachment).orElseThrow().ips();
            return new TraceEnd(key.toString(), attachment.node(), Optional.of(attachment), addresses, addresses);
        }
        Pod pod = view.get(World.PODS.table(), key)
                .orElseThrow(() -> QuestionException.notFound("there is no pod " + key + "; karst:pods lists them"));
        if (pod.hostNetwork() && !pod.finished()) {
            return Topology.node(view, pod.node())
                    .map(node -> ofNode(view, node))
                    .orElseThrow(() -> QuestionException.notFound("pod " + key + " is on no node yet"));
        }
        throw QuestionException.notFound("pod " + key
                + (pod.finished()
                        ? " has finished and has no address any more"
                        : " has no interface yet; karst:pods tells how far it is"));
    }

    private static TraceEnd ofNode(View view, Node node) {
        List<Ip> management = view.get(Topology.SUBNETS, node.name()).stream()
                .map(subnet -> Topology.management(subnet).address())
                .toList();
        return new TraceEnd(
                node.name(),
                node.name(),
                Optional.empty(),
                management.isEmpty() ? node.addresses() : management,
                node.addresses().isEmpty() ? management : node.addresses());
    }

    boolean isOutside() {
        return node.isEmpty();
    }

    boolean isPod() {
        return attachment.isPresent();
    }

    static Optional<Ip> of(List<Ip> addresses, Family family) {
        return addresses.stream().filter(ip -> ip.family() == family).findFirst();
    }

    Trace.End answer(Ip address) {
        return new Trace.End(name, address.toString(), node);
    }

    /** The MAC address of its end of the wire, if packets of its own enter the switch of a node there. */
    Optional<MacAddress> mac(View view, String at) {
        return attachment
                .flatMap(key -> view.get(World.ATTACHMENTS, key))
                .map(Attachment::mac)
                .or(() -> Topology.managementMac(view, at));
    }

    /** The name of the port by which its packets enter the switch of its node. */
    String port(View view) {
        return attachment
                .flatMap(key -> view.get(World.ATTACHMENTS, key))
                .map(Attachment::port)
                .orElse(Topology.MANAGEMENT_PORT);
    }

    /** Whom a sender on a node addresses on the wire: what is in the node's subnet itself, else the gateway. */
    static Optional<MacAddress> neighbour(View view, String node, Ip destination) {
        Optional<Cidr> subnet = Topology.subnet(view, node, destination.family());
        if (subnet.filter(cidr -> cidr.contains(destination)).isPresent()) {
            if (Topology.management(subnet.get()).address().equals(destination)) {
                return Topology.managementMac(view, node);
            }
            Optional<MacAddress> there = view.find(World.ATTACHMENTS_BY_ADDRESS, destination).stream()
                    .filter(key -> key.node().equals(node))
                    .flatMap(key -> view.get(World.ATTACHMENTS, key).stream())
                    .map(Attachment::mac)
                    .findFirst();
            if (there.isPresent()) {
                return there;
            }
        }
        return Topology.gatewayMac(view, node);
    }
}
