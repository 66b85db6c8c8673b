package org.karst.controller.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.karst.controller.Controller;
import org.karst.model.Cidr;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.World;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop inside OSGi: features and drivers come and go as services. Binding only posts to the mailbox; unbinding waits until the writer has
 * let go, because a bundle's classes may be gone as soon as it returns.
 */
@Component(
        configurationPid = "org.karst.controller",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {})
public final class ControllerComponent {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerComponent.class);
    /** How long the flows of a stopped bundle stay in force: an update or a restart of the bundle is shorter. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    /** How long a bundle that goes waits for the writer at most. */
    private static final Duration LETTING_GO = Duration.ofSeconds(30);

    private static final String GUARDS = "karst.guards";

    /** {@code etc/org.karst.controller.cfg}. */
    @interface Settings {
        /** {@code clusterNetwork[]}: cidr/hostPrefix; without hostPrefix subnets are /23, or /64 for IPv6. */
        String[] cluster_cidrs() default {"10.128.0.0/14/23"};

        /** {@code serviceNetwork[]}. */
        String[] service_cidrs() default {"172.30.0.0/16"};

        /** MTU of pods; 0 = each node's uplink less the tunnel. */
        int mtu() default 0;

        /** UDP port of the overlay. */
        int geneve_port() default 6081;

        /** Where switches reach this process. */
        String[] controllers() default {"tcp:127.0.0.1:6653"};

        /** {@code datapath_type} of the integration bridge; system = the kernel's. */
        String datapath_type() default "system";

        /** The namespace that stands for the nodes themselves where policies select namespaces; empty: none. */
        String host_network_namespace() default ClusterNetwork.HOST_NETWORK_NAMESPACE;

        /** How many seconds after one computation of everything from scratch the next is due; 0: only when somebody asks. */
        int recomputation_seconds() default 600;

        /**
         * A file with the names of the wanted features, one a line; beside it, in {@code karst.guards}, the server keeps which guards are in
         * force without their bundles.
         */
        String features_file() default "";
    }

    private final BundleContext context;
    private final Loop loop;
    private final BundleListener bundles = this::bundleChanged;
    private final Map<Long, Set<String>> featuresOf = new ConcurrentHashMap<>();
    private final ScheduledExecutorService recomputation;
    private final List<ServiceRegistration<?>> registrations;
    /** The writer has ended: there is nobody to wait for. */
    private volatile boolean deactivated;

    @Activate
    public ControllerComponent(BundleContext context, Settings settings) {
        this.context = context;
        ClusterNetwork cluster = new ClusterNetwork(
                words(settings.cluster_cidrs()).stream().map(SubnetPool::parse).toList(),
                cidrs(settings.service_cidrs()),
                settings.mtu(),
                settings.geneve_port(),
                words(settings.controllers()),
                settings.datapath_type(),
                settings.host_network_namespace());
        Optional<Path> features = Optional.of(settings.features_file())
                .filter(name -> !name.isEmpty())
                .map(Path::of);
        Optional<Path> guards = features.map(file -> file.resolveSibling(GUARDS));
        loop = new Loop(
                Clock.systemUTC(),
                features.map(ControllerComponent::wanted).orElse(Set.of()),
                guards.map(GuardFile::read).orElse(Guards.NONE));
        guards.map(GuardFile::new).ifPresent(this::bindDriver);
        loop.post(Mailbox.Lane.FACTS, facts -> facts.put(World.CLUSTER, World.CLUSTER_KEY, cluster));
        context.addBundleListener(bundles);
        recomputation = recomputing(settings.recomputation_seconds());
        registrations = List.of(
                context.registerService(Mailbox.class, loop, null),
                context.registerService(Controller.class, loop, null));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with its thread
    private ScheduledExecutorService recomputing(int seconds) {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "karst-recomputation-clock");
            made.setDaemon(true);
            return made;
        });
        if (seconds > 0) {
            clock.scheduleWithFixedDelay(this::recompute, seconds, seconds, TimeUnit.SECONDS);
        }
        return clock;
    }

    /** Waits for its end, so that there is never more than one of these. */
    private void recompute() {
        try {
            loop.recompute().toCompletableFuture().get();
        } catch (ExecutionException e) {
            LOG.error("what is wanted could not be computed anew", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Trimmed entries of a list that may also be written as one text with commas. */
    private static List<String> words(String[] texts) {
        return Arrays.stream(texts)
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::trim)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static List<Cidr> cidrs(String[] texts) {
        return words(texts).stream().map(Cidr::parse).toList();
    }

    private static Set<String> wanted(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.replaceFirst("#.*", "").trim())
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot read the list of wanted features " + file + ": " + e.getMessage(), e);
        }
    }

    @Deactivate
    void deactivate() {
        deactivated = true;
        registrations.forEach(ServiceRegistration::unregister);
        context.removeBundleListener(bundles);
        recomputation.shutdownNow();
        loop.close();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindFeature(Feature feature, ServiceReference<Feature> reference) {
        String name = feature.name();
        featuresOf
                .computeIfAbsent(reference.getBundle().getBundleId(), id -> ConcurrentHashMap.newKeySet())
                .add(name);
        loop.bind(feature).exceptionally(error -> refused("feature " + name, error));
    }

    void unbindFeature(Feature feature) {
        if (!frameworkStops()) {
            await("feature " + feature.name(), loop.unbind(feature, GRACE));
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindDriver(Driver driver) {
        String name = driver.name();
        loop.bind(driver).exceptionally(error -> refused("driver " + name, error));
    }

    void unbindDriver(Driver driver) {
        CompletionStage<Void> unbound = loop.unbind(driver);
        if (!frameworkStops()) {
            await("driver " + driver.name(), unbound);
        }
    }

    private void await(String what, CompletionStage<Void> unbound) {
        if (deactivated) {
            return;
        }
        try {
            unbound.toCompletableFuture().get(LETTING_GO.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "{} goes while the writer has been busy for {} s: units that still need its classes may fail",
                    what,
                    LETTING_GO.toSeconds());
        } catch (ExecutionException e) {
            LOG.error("{} could not be unbound", what, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Void refused(String what, Throwable error) {
        LOG.error("{} is refused: {}", what, error.getMessage());
        return null;
    }

    /** A bundle that is gone for good takes its stages out of the packets' way at once. */
    private void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.UNINSTALLED && !frameworkStops()) {
            Set<String> names = featuresOf.remove(event.getBundle().getBundleId());
            if (names != null) {
                names.forEach(name -> loop.bypass(name, Loop.REVALIDATION));
            }
        }
    }

    /** When the process ends, nothing is sent: the switches go on with what they have. */
    private boolean frameworkStops() {
        Bundle system = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
        return system == null || (system.getState() & (Bundle.STOPPING | Bundle.UNINSTALLED)) != 0;
    }
}
