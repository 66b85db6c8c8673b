package org.karst.kubernetes;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.kubernetes.internal.ApiAccess;
import org.karst.kubernetes.internal.LeaseKeeper;
import org.karst.kubernetes.internal.ObjectWriter;
import org.karst.kubernetes.internal.Reflector;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.LeaseItem;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.ObjectConditionItem;
import org.karst.pipeline.ObjectFieldItem;
import org.karst.pipeline.ObjectItem;
import org.karst.pipeline.Target;
import org.karst.pipeline.WatchItem;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Makes items true at the Kubernetes API: a {@link WatchItem} is a reflector with a thread of its own, so is the {@link LeaseItem};
 * whole objects, their fields, conditions and Events are written by one thread.
 */
@Component(
        service = Driver.class,
        configurationPid = "org.karst.kubernetes",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class KubernetesDriver implements Driver {
    /** Name of the driver and of its one target. */
    public static final String NAME = "kubernetes";

    /** {@code etc/org.karst.kubernetes.cfg}. */
    public @interface Configuration {
        /** A kubeconfig; "embedded" = that of the embedded API server; empty = the service account of this pod. */
        String kubeconfig() default "embedded";

        /** After so many seconds without a byte a watch counts as broken; servers send bookmarks about once in a minute. */
        int watch_idle_seconds() default 150;

        /** Namespace of the Lease by which the leader is elected. */
        String lease_namespace() default "kube-system";

        /**
         * As whom this process holds the Lease; empty = host name and a random part that the data folder keeps. Never the same in two
         * processes at a time.
         */
        String identity() default "";
    }

    private final KubernetesSettings settings;
    private final LeaseSettings lease;
    private final Clock clock;
    // Writer's thread only.
    private final Map<Kind<?>, Reflector<?>> reflectors = new HashMap<>();
    private ApiAccess access;
    private Mailbox mailbox;
    private ObjectWriter writer;
    private LeaseKeeper keeper;

    /** Made by Declarative Services. */
    @Activate
    public KubernetesDriver(Configuration configuration) {
        this(
                settings(configuration.kubeconfig().strip())
                        .withIdle(Duration.ofSeconds(configuration.watch_idle_seconds())),
                LeaseSettings.of(
                        configuration.lease_namespace(),
                        configuration.identity().isBlank() ? LeaseSettings.identity(data()) : configuration.identity()),
                Clock.systemUTC());
    }

    /**
     * A driver outside the container.
     *
     * @param clock for the times in Events and in the Lease
     */
    public KubernetesDriver(KubernetesSettings settings, LeaseSettings lease, Clock clock) {
        this.settings = settings;
        this.lease = lease;
        this.clock = clock;
    }

    private static KubernetesSettings settings(String kubeconfig) {
        if (kubeconfig.isEmpty()) {
            return KubernetesSettings.inCluster();
        }
        return KubernetesSettings.of(
                kubeconfig.equals("embedded") ? data().resolve("apiserver/kubeconfig") : Path.of(kubeconfig));
    }

    private static Path data() {
        return Path.of(System.getProperty("karaf.data", "data"));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of(
                WatchItem.class,
                LeaseItem.class,
                EventItem.class,
                ObjectItem.class,
                ObjectFieldItem.class,
                ObjectConditionItem.class);
    }

    @Override
    public void start(Mailbox box) {
        mailbox = box;
        access = new ApiAccess(settings);
        writer = new ObjectWriter(access, settings, clock, revision -> box.acknowledge(new Target(NAME, ""), revision));
    }

    @Override
    public void apply(Batch batch) {
        for (Change change : batch.changes()) {
            Item item = change.after() == null ? change.before() : change.after();
            if (item instanceof WatchItem watch) {
                watch(watch.kind(), change.after() != null);
            }
        }
        for (Change change : batch.changes()) {
            if (change.after() instanceof LeaseItem wanted) {
                lead(wanted);
            } else if (change.before() instanceof LeaseItem) {
                keeper.close();
                keeper = null;
            }
        }
        writer.apply(batch);
    }

    private void lead(LeaseItem wanted) {
        if (keeper == null) {
            keeper = new LeaseKeeper(access, lease, clock, mailbox, this::listAnew);
            keeper.start();
        }
        keeper.want(wanted.kinds());
    }

    /** Lists kinds anew; writer's thread only. */
    private CompletionStage<Void> listAnew(List<Kind<?>> kinds) {
        return CompletableFuture.allOf(kinds.stream()
                .map(reflectors::get)
                .filter(Objects::nonNull)
                .map(reflector -> reflector.listAnew().toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    private void watch(Kind<?> kind, boolean wanted) {
        if (!wanted) {
            Reflector<?> former = reflectors.remove(kind);
            if (former != null) {
                former.close();
            }
        } else if (!reflectors.containsKey(kind)) {
            Reflector<?> reflector = new Reflector<>(kind, access, settings, mailbox, writer::seen);
            reflectors.put(kind, reflector);
            reflector.start();
        }
    }

    @Override
    public void stop() {
        reflectors.values().forEach(Reflector::close);
        reflectors.clear();
        if (keeper != null) {
            keeper.close();
            keeper = null;
        }
        if (writer != null) {
            writer.close();
        }
    }
}
