package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.karst.sandbox.Prober;

/** What the API server held at one time comes back at another, and the pods' packets go on. */
@Tag("root")
class BackupTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    @TempDir
    Path folder;

    private static Namespace namespace(String name) {
        return CLUSTER.client().namespaces().withName(name).get();
    }

    private static Namespace create(String name) {
        return CLUSTER.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private static void delete(String name) {
        CLUSTER.client().namespaces().withName(name).delete();
        SharedCluster.await("the end of namespace " + name, () -> namespace(name) == null);
    }

    @Test
    void objectsOfTheBackupReplaceAllOthersAtTheNextStart() throws Exception {
        Path backup = folder.resolve("backup");
        Namespace kept = create("kept");
        assertThat(CLUSTER.cluster().shell("karst:backup " + backup)).contains(" objects as of revision ");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> CLUSTER.cluster().shell("karst:backup " + backup))
                .hasMessageContaining("already");
        delete("kept");
        Namespace later = create("later");

        assertThat(CLUSTER.cluster().shell("karst:restore " + backup)).contains("when the server starts again");
        assertThat(CLUSTER.cluster().shell("karst:restore --cancel")).contains("nothing will be restored");
        CLUSTER.cluster().shell("karst:restore " + backup);
        assertThat(namespace("later")).as("until then nothing changes").isNotNull();
        CLUSTER.cluster().restartServer(false, server -> {});

        assertThat(namespace("later")).isNull();
        assertThat(namespace("kept").getMetadata().getUid())
                .isEqualTo(kept.getMetadata().getUid());
        String ipv4 = CLUSTER.place("far").ipv4().orElseThrow();
        assertThat(new Prober(CLUSTER.place("near"), Duration.ofSeconds(5))
                        .icmp(InetAddress.getByName(ipv4), 56)
                        .problem())
                .isEmpty();
        Namespace newer = create("newer");
        assertThat(Long.parseLong(newer.getMetadata().getResourceVersion()))
                .as("a revision that nobody has seen")
                .isGreaterThan(Long.parseLong(later.getMetadata().getResourceVersion()));
        delete("newer");
        delete("kept");
    }
}
