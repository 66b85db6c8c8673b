package org.karst.cni.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.pipeline.BridgeEntry;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Feature;
import org.karst.pipeline.FlowInspector;
import org.karst.pipeline.LinkInspector;
import org.karst.pipeline.NodeAddress;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * Container runtimes as a feature: a socket for each node, and the memory of addresses that were given back. What an attachment
 * is made of, a pair of devices and a port, the features of the network say.
 */
@Component(
        service = Feature.class,
        configurationPid = "org.karst.cni",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class CniFeature implements Feature {
    /** How long a runtime waits for a pod's network before it is told to try again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** {@code etc/org.karst.cni.cfg}. */
    public @interface Configuration {
        /** Path of the socket of a node; {node} stands for the node's name. */
        String socket() default "/run/karst/cni.sock";
    }

    private final CniDriver driver;

    /** Made by Declarative Services, once there is something that looks into containers and switches. */
    @Activate
    public CniFeature(Configuration configuration, @Reference LinkInspector links, @Reference FlowInspector flows) {
        this(configuration.socket(), links, flows, Clock.systemUTC(), PATIENCE);
    }

    CniFeature(String socket, LinkInspector links, FlowInspector flows, Clock clock, Duration patience) {
        driver = new CniDriver(socket, links, flows, clock, patience);
    }

    @Override
    public String name() {
        return "cni";
    }

    @Override
    public List<Rule<?>> rules() {
        return List.of(
                new Rule<>("cni-sockets", Scope.ZONE, Keys.of(Topology.NODE_NAMES), CniFeature::socket),
                new Rule<>("freed-addresses", Scope.ZONE, Keys.of(World.FREED_ADDRESSES), CniFeature::freed));
    }

    @Override
    public List<Driver> drivers() {
        return List.of(driver);
    }

    static List<Item> socket(View view, String node) {
        return List.of(new CniSocket(node));
    }

    static List<Item> freed(View view, NodeAddress freed) {
        Optional<Instant> time = view.get(World.FREED_ADDRESSES, freed);
        return time.isEmpty()
                ? List.of()
                : List.of(new BridgeEntry(
                        freed.node(),
                        World.INTEGRATION_BRIDGE,
                        World.FREED_KEY + freed.address(),
                        Long.toString(time.get().getEpochSecond())));
    }
}
