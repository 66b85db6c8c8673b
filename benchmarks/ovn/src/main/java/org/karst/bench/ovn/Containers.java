package org.karst.bench.ovn;

import java.io.IOException;
import java.util.Optional;
import org.karst.bench.ovn.Ovn.LogicalPort;
import org.karst.host.NetworkNamespace;
import org.karst.host.RouteRequest;
import org.karst.host.VethPair;
import org.karst.model.MacAddress;
import org.karst.sandbox.Place;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.internal.Underlay;

/** What a CNI plugin for OVN makes for pods: a namespace for each, and a veth pair that joins it to its node's switch. */
public final class Containers {
    private static final String INSIDE = "eth0";
    /** What ovn-kubernetes leaves for tunnels. */
    private static final int OVERHEAD = 100;

    private final Sandbox sandbox;

    Containers(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** Makes the namespace of a pod, with a port of this name in the switch of its node. */
    public void create(String node, String device) throws IOException, InterruptedException {
        int mtu = sandbox.settings().mtu() - OVERHEAD;
        try (NetworkNamespace pod = sandbox.createForPod(device)) {
            sandbox.namespace(node).run(inside -> {
                inside.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
                inside.routes()
                        .execute(RouteRequest.create(new VethPair(
                                VethPair.End.named(device).withMtu(mtu),
                                VethPair.End.named(INSIDE).in(pod).withMtu(mtu))));
                inside.routes().execute(RouteRequest.up(device));
            });
        }
        SandboxNode place = sandbox.nodes().stream()
                .filter(each -> each.name().equals(node))
                .findFirst()
                .orElseThrow();
        sandbox.openVSwitch(place).vsctl("add-port", Ovn.BRIDGE, device);
    }

    /** Gives the namespace what its logical port says. */
    public Place configure(LogicalPort port, int prefixLength, String gateway) throws IOException {
        Place place = new Place(
                port.name(), sandbox.settings().namespace(port.device()), Optional.of(port.ip()), Optional.empty());
        try (NetworkNamespace pod = NetworkNamespace.named(place.namespace())) {
            pod.run(inside -> {
                inside.routes().execute(RouteRequest.up("lo"));
                inside.routes().execute(RouteRequest.macAddress(INSIDE, MacAddress.parse(port.mac())));
                inside.transmitChecksumOffload(INSIDE, false);
                Underlay.address(inside, INSIDE, place.ipv4(), prefixLength, Optional.empty(), 0);
                Underlay.defaultRoutes(inside, INSIDE, Optional.of(gateway), Optional.empty());
            });
        }
        return place;
    }
}
