package org.karst.console.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The product features that Karaf knows. */
final class ContainerFeatures {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerFeatures.class);
    private static final String PREFIX = "karst-";
    /** Parts of the base, which nobody installs or removes. */
    private static final Set<String> BASE = Set.of("karst-container", "karst-libraries");

    private ContainerFeatures() {}

    static List<Installable> read(FeaturesService service) {
        List<Installable> found = new ArrayList<>();
        try {
            for (Feature feature : service.listFeatures()) {
                if (feature.getName().startsWith(PREFIX) && !BASE.contains(feature.getName())) {
                    found.add(new Installable(
                            feature.getName().substring(PREFIX.length()),
                            feature.getDescription() == null ? "" : feature.getDescription(),
                            feature.getVersion(),
                            service.isInstalled(feature)));
                }
            }
        } catch (Exception e) {
            // Karaf declares no narrower type; the console shows what the controller knows.
            LOG.warn("The features of the container cannot be read: {}", e.getMessage(), e);
        }
        return found;
    }
}
