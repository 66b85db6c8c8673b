package org.karst.questions.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.karst.incremental.Item;
import org.karst.incremental.View;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.PodLink;
import org.karst.pipeline.PortItem;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;
import org.karst.questions.QuestionException;

/**
 * Where a pod is found in the network: what tells whether an item is about it.
 *
 * @param addresses its IP addresses, as fields hold them
 * @param macs the MAC addresses of its interfaces
 * @param ports the node's ends of its interfaces
 * @param numbers the OpenFlow numbers of its ports, with the node
 */
record PodPlace(Set<Bits> addresses, Set<Bits> macs, Set<PortKey> ports, Set<Numbered> numbers) {
    record Numbered(String node, long number) {}

    PodPlace {
        addresses = Set.copyOf(addresses);
        macs = Set.copyOf(macs);
        ports = Set.copyOf(ports);
        numbers = Set.copyOf(numbers);
    }

    /** Where a pod is; fails if nobody knows it. */
    static PodPlace find(View view, PodKey pod) {
        Set<Bits> addresses = new HashSet<>();
        Set<Bits> macs = new HashSet<>();
        Set<PortKey> ports = new HashSet<>();
        Set<Numbered> numbers = new HashSet<>();
        Optional<Pod> row = view.get(World.PODS.table(), pod);
        Set<AttachmentKey> keys = view.find(World.ATTACHMENTS_BY_POD, pod);
        if (row.isEmpty() && keys.isEmpty()) {
            throw QuestionException.notFound("there is no pod " + pod);
        }
        row.filter(each -> !each.hostNetwork())
                .ifPresent(each -> each.addresses().forEach(address -> addresses.add(Bits.of(address))));
        for (AttachmentKey key : keys) {
            Attachment attachment = view.get(World.ATTACHMENTS, key).orElseThrow();
            attachment.ips().forEach(address -> addresses.add(Bits.of(address)));
            macs.add(Bits.of(attachment.mac()));
            ports.add(new PortKey(key.node(), attachment.port()));
            Topology.ofport(view, key.node(), attachment.port())
                    .ifPresent(number -> numbers.add(new Numbered(key.node(), number)));
        }
        return new PodPlace(addresses, macs, ports, numbers);
    }

    /** Whether an item is about the pod. */
    boolean holds(Item item) {
        if (item instanceof FlowItem flow) {
            return holds(flow);
        }
        if (item instanceof PortItem port) {
            return ports.contains(new PortKey(port.node(), port.name()));
        }
        return item instanceof PodLink link && ports.contains(new PortKey(link.node(), link.name()));
    }

    /** Whether a flow matches or writes one of the pod's addresses, or its port on its node. */
    boolean holds(FlowItem item) {
        Match match = item.flow().match();
        for (Field field : match.fields()) {
            if (match.mask(field).equals(field.ones()) && holds(item.node(), field.whole(), match.value(field))) {
                return true;
            }
        }
        return holds(item.node(), item.flow().actions());
    }

    private boolean holds(String node, List<Action> actions) {
        for (Action action : actions) {
            if (action instanceof Action.SetField set && holds(node, set.range(), set.value())
                    || action instanceof Action.Output output && isPort(node, output.port())
                    || action instanceof Action.Ct ct && holds(node, ct.exec())) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(String node, FieldRange range, Bits value) {
        if (range.equals(Abi.OUTPUT_PORT.range())) {
            return isPort(node, value.low());
        }
        return range.equals(range.field().whole())
                && switch (range.field().format()) {
                    case IPV4, IPV6 -> addresses.contains(value);
                    case MAC -> macs.contains(value);
                    case PORT -> isPort(node, value.low());
                    case HEX, DECIMAL, PORT_NUMBER, CT_STATE, FRAGMENT, PACKET_TYPE -> false;
                };
    }

    private boolean isPort(String node, long number) {
        return numbers.contains(new Numbered(node, number));
    }
}
