package org.karst.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeatureEvent;
import org.apache.karaf.features.FeaturesListener;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.features.RepositoryEvent;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the installed product features those of the file when the server starts, and the file those installed afterwards. */
@Component(service = FeaturesListener.class, immediate = true)
public final class Deployment implements FeaturesListener {

    private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);

    private static final String PREFIX = "karst-";
    /** Parts of the base, which nobody installs or removes. */
    private static final Set<String> BASE = Set.of("karst-container", "karst-libraries");
    /** Installing a feature never restarts a bundle that it does not bring. */
    private static final EnumSet<FeaturesService.Option> GENTLY =
            EnumSet.of(FeaturesService.Option.NoAutoRefreshBundles);

    private final FeaturesService karaf;
    private final Path file;

    /** Starts to follow the file; the container calls this when all features of the boot are there. */
    @Activate
    public Deployment(BundleContext context, @Reference FeaturesService karaf, @Reference BootFinished booted) {
        this.karaf = karaf;
        this.file = Path.of(context.getProperty("karaf.etc")).resolve("karst.features");
        // Not on this thread: a component must be there at once, and installing one waits for components.
        Thread thread = new Thread(this::follow, "karst-deployment");
        thread.setDaemon(true);
        thread.start();
    }

    private void follow() {
        try {
            SortedSet<String> wanted = known(read().names());
            SortedSet<String> installed = installed();
            SortedSet<String> missing = new TreeSet<>(wanted);
            missing.removeAll(installed);
            if (!missing.isEmpty()) {
                LOG.info("Installing the features that {} asks for: {}", file, missing);
                karaf.installFeatures(missing, GENTLY);
            }
            SortedSet<String> surplus = new TreeSet<>(installed);
            surplus.removeAll(wanted);
            if (!surplus.isEmpty()) {
                LOG.info("Removing the features that {} does not ask for: {}", file, surplus);
                karaf.uninstallFeatures(surplus, GENTLY);
            }
        } catch (Exception e) {
            // Karaf declares no narrower type; whatever it is, the server goes on with the features that it has.
            LOG.error("The features of {} could not be made so: {}", file, e.getMessage(), e);
        }
    }

    /** The names as Karaf's, without those that no repository has. */
    private SortedSet<String> known(SortedSet<String> names) throws Exception {
        SortedSet<String> known = new TreeSet<>();
        for (String name : names) {
            if (karaf.getFeatures(PREFIX + name).length > 0) {
                known.add(PREFIX + name);
            } else {
                LOG.error(
                        "{} asks for the feature '{}', but there is no {}{}; feature:list shows all.",
                        file,
                        name,
                        PREFIX,
                        name);
            }
        }
        return known;
    }

    private SortedSet<String> installed() throws Exception {
        SortedSet<String> installed = new TreeSet<>();
        for (Feature feature : karaf.listInstalledFeatures()) {
            if (isProduct(feature)) {
                installed.add(feature.getName());
            }
        }
        return installed;
    }

    @Override
    public void featureEvent(FeatureEvent event) {
        if (event.isReplay() || !isProduct(event.getFeature())) {
            return;
        }
        String name = event.getFeature().getName().substring(PREFIX.length());
        boolean comes = event.getType() == FeatureEvent.EventType.FeatureInstalled;
        try {
            edit(lines -> comes ? lines.with(name) : lines.without(name));
        } catch (IOException e) {
            LOG.error(
                    "The feature '{}' {}, but {} could not be written, so the next start does not know it: {}",
                    name,
                    comes ? "came" : "went",
                    file,
                    e.getMessage());
        }
    }

    @Override
    public void repositoryEvent(RepositoryEvent event) {
        // a repository only offers features; what is installed does not change with it
    }

    private synchronized void edit(UnaryOperator<WantedFeatures> change) throws IOException {
        WantedFeatures before = read();
        WantedFeatures after = change.apply(before);
        if (!after.equals(before)) {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.write(next, after.lines());
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Without a file there is nothing to follow: the same as an empty one. */
    private WantedFeatures read() throws IOException {
        return new WantedFeatures(Files.exists(file) ? Files.readAllLines(file) : List.of());
    }

    private static boolean isProduct(Feature feature) {
        return feature.getName().startsWith(PREFIX) && !BASE.contains(feature.getName());
    }
}
