package org.karst.kubernetes;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.kubernetes.internal.ApiAccess;
import org.karst.kubernetes.internal.ObjectWriter;
import org.karst.kubernetes.internal.Reflector;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.ObjectFieldItem;
import org.karst.pipeline.Target;
import org.karst.pipeline.WatchItem;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Makes items true at the Kubernetes API: a {@link WatchItem} is a reflector with a thread of its own; {@link EventItem}s and
 * {@link ObjectFieldItem}s are written by one thread.
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
    }

    private final KubernetesSettings settings;
    private final Clock clock;
    // Writer's thread only.
    private final Map<Kind<?>, Reflector<?>> reflectors = new HashMap<>();
    private ApiAccess access;
    private Mailbox mailbox;
    private ObjectWriter writer;

    /** Made by Declarative Services. */
    @Activate
    public KubernetesDriver(Configuration configuration) {
        this(settings(configuration.kubeconfig().strip()), Clock.systemUTC());
    }

    /**
     * A driver outside the container.
     *
     * @param clock for the times in Events
     */
    public KubernetesDriver(KubernetesSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    private static KubernetesSettings settings(String kubeconfig) {
        if (kubeconfig.isEmpty()) {
            return KubernetesSettings.inCluster();
        }
        return KubernetesSettings.of(
                kubeconfig.equals("embedded")
                        ? Path.of(System.getProperty("karaf.data", "data"), "apiserver", "kubeconfig")
                        : Path.of(kubeconfig));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of(WatchItem.class, EventItem.class, ObjectFieldItem.class);
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
        writer.apply(batch);
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
        if (writer != null) {
            writer.close();
        }
    }
}
