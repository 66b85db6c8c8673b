package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the bundles of the distribution say of themselves: a feature that ties others to it could not come and go alone. */
final class ManifestTest {
    private static final Path REPOSITORY = Path.of(System.getProperty("karst.repository"));
    private static final Path BUNDLES = REPOSITORY.resolve("karaf-distribution/target/assembly/system/org/karst");
    private static final Pattern OURS = Pattern.compile("org\\.karst\\.[a-z.]+");

    @Test
    void noBundleHasAnOptionalOrDynamicImport() throws IOException {
        Map<String, Manifest> all = manifests();
        assertThat(all).hasSizeGreaterThan(15);
        all.forEach((name, manifest) -> {
            assertThat(header(manifest, "Import-Package")).as(name).doesNotContain("resolution:=optional");
            assertThat(header(manifest, "DynamicImport-Package")).as(name).isEmpty();
        });
    }

    @Test
    void aFeatureKnowsTheCoreAloneAndIsKnownToNobody() throws IOException {
        Map<String, Manifest> all = manifests();
        List<String> features;
        try (Stream<Path> folders = Files.list(REPOSITORY.resolve("bundles/network"))) {
            features = folders.map(folder -> "karst-" + folder.getFileName())
                    .filter(all::containsKey)
                    .sorted()
                    .toList();
        }
        assertThat(features).contains("karst-connectivity", "karst-ipv6", "karst-network-policy");
        for (String feature : features) {
            Manifest manifest = all.get(feature);
            assertThat(header(manifest, "Export-Package")).as(feature).isEmpty();
            assertThat(header(manifest, "Provide-Capability")).as(feature).contains("org.karst.pipeline.Feature");
            assertThat(header(manifest, "Require-Capability")).as(feature).doesNotContain("osgi.service");
            assertThat(OURS.matcher(header(manifest, "Import-Package"))
                            .results()
                            .map(MatchResult::group))
                    .as(feature)
                    .isSubsetOf("org.karst.pipeline", "org.karst.model", "org.karst.incremental");
        }
    }

    private static String header(Manifest manifest, String name) {
        return Optional.ofNullable(manifest.getMainAttributes().getValue(name)).orElse("");
    }

    /** By the name of the artifact. */
    private static Map<String, Manifest> manifests() throws IOException {
        Map<String, Manifest> manifests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(BUNDLES)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".jar")).toList()) {
                try (JarFile jar = new JarFile(file.toFile())) {
                    manifests.put(BUNDLES.relativize(file).getName(0).toString(), jar.getManifest());
                }
            }
        }
        return manifests;
    }
}
