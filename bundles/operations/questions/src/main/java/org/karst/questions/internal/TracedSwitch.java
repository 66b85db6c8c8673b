package org.karst.questions.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.karst.controller.Inspection;
import org.karst.controller.StageStatus;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Interface;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * What one has to know of a node to understand what its switch says of a packet.
 *
 * @param node its name
 * @param ports names of its ports, by number
 * @param pods whose the ports are, by name
 * @param tunnelAddress where its tunnels begin
 * @param tunnelPort the number of its tunnel port
 * @param nodesByAddress nodes by the addresses that tunnels lead to
 * @param story how to tell it
 */
public record TracedSwitch(
        String node,
        Map<Integer, String> ports,
        Map<String, String> pods,
        Optional<Ip> tunnelAddress,
        Optional<Integer> tunnelPort,
        Map<String, String> nodesByAddress,
        TraceStory story) {
    /** What is known of a node now. */
    public static TracedSwitch of(Inspection inspection, String node) {
        Map<Integer, StageStatus> stages = new HashMap<>();
        for (StageStatus stage : inspection.stages()) {
            for (TableRef table : stage.tables()) {
                stages.put(table.number(), stage);
            }
        }
        return inspection.read(view -> of(view, node, stages));
    }

    private static TracedSwitch of(View view, String node, Map<Integer, StageStatus> stages) {
        Map<Integer, String> ports = new HashMap<>();
        SortedSet<PortKey> all = view.all(World.INTERFACES).tailSet(new PortKey(node, ""));
        for (PortKey key : all) {
            if (!key.node().equals(node)) {
                break;
            }
            view.get(World.INTERFACES, key)
                    .filter(Interface::ready)
                    .filter(row -> row.bridge().equals(World.INTEGRATION_BRIDGE))
                    .ifPresent(row -> ports.put(row.ofport(), key.name()));
        }
        Map<String, String> pods = new HashMap<>();
        for (AttachmentKey key : view.find(World.ATTACHMENTS_BY_NODE, node)) {
            Attachment attachment = view.get(World.ATTACHMENTS, key).orElseThrow();
            pods.put(attachment.port(), attachment.pod().toString());
        }
        Map<String, String> nodesByAddress = new HashMap<>();
        Map<Long, String> numbers = new HashMap<>();
        for (String other : view.get(Topology.NODE_NAMES, Unit.UNIT)) {
            numbers.put(Topology.number(view, other), other);
            Topology.tunnelAddress(view, other).ifPresent(address -> nodesByAddress.put(address.toString(), other));
        }
        return new TracedSwitch(
                node,
                ports,
                pods,
                Topology.tunnelAddress(view, node),
                Topology.ofport(view, node, Topology.TUNNEL_PORT),
                nodesByAddress,
                new TraceStory(stages, ports, numbers));
    }

    /** The name of a port, "" if there is none of that number. */
    String port(int number) {
        return ports.getOrDefault(number, "");
    }

    /** A port in words. */
    String describe(String port) {
        if (port.equals(Topology.MANAGEMENT_PORT)) {
            return "port " + port + ", the node itself";
        }
        if (port.equals(Topology.TUNNEL_PORT)) {
            return "port " + port + ", the tunnel";
        }
        return "port " + port + (pods.containsKey(port) ? " of pod " + pods.get(port) : "");
    }
}
