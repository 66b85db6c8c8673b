package org.karst.deployment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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

/**
 * Makes the installed product features those of the file when the server starts, and the file those installed afterwards; so too the
 * repositories that were added.
 */
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
    private final EntryFile file;
    private final EntryFile repositories;

    /** Starts to follow the file; the container calls this when all features of the boot are there. */
    @Activate
    public Deployment(BundleContext context, @Reference FeaturesService karaf, @Reference BootFinished booted) {
        this.karaf = karaf;
        Path etc = Path.of(context.getProperty("karaf.etc"));
        this.file = new EntryFile(etc.resolve("karst.features"));
        this.repositories = new EntryFile(etc.resolve("karst.repositories"));
        // Not on this thread: a component must be there at once, and installing one waits for components.
        Thread thread = new Thread(this::follow, "karst-deployment");
        thread.setDaemon(true);
        thread.start();
    }

    private void follow() {
        try {
            addRepositories();
            SortedSet<String> wanted = known(file.read().all());
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

    /** Adds those that are not there; one that cannot be read keeps none of the others away. */
    private void addRepositories() throws IOException {
        for (String repository : repositories.read().all()) {
            try {
                URI uri = new URI(repository);
                if (karaf.getRepository(uri) == null) {
                    karaf.addRepository(uri);
                }
            } catch (Exception e) {
                // Karaf declares no narrower type
                LOG.error("The repository '{}' of {} could not be added: {}", repository, repositories, e.getMessage());
            }
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
            file.edit(names -> comes ? names.with(name) : names.without(name));
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
        if (event.isReplay()) {
            return;
        }
        String uri = event.getRepository().getURI().toString();
        boolean comes = event.getType() == RepositoryEvent.EventType.RepositoryAdded;
        try {
            repositories.edit(uris -> comes ? uris.with(uri) : uris.without(uri));
        } catch (IOException e) {
            LOG.error(
                    "The repository '{}' {}, but {} could not be written, so a start without data/cache does not know"
                            + " it: {}",
                    uri,
                    comes ? "came" : "went",
                    repositories,
                    e.getMessage());
        }
    }

    private static boolean isProduct(Feature feature) {
        return feature.getName().startsWith(PREFIX) && !BASE.contains(feature.getName());
    }
}
