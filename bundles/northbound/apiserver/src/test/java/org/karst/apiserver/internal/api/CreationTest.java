package org.karst.apiserver.internal.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.Caller;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Trait;
import org.karst.apiserver.internal.storage.Store;

/** Who makes an object by an update or an apply needs to be allowed to create it. */
class CreationTest {
    private static final Author STRANGER = new Author(new Caller("eve", List.of(Caller.AUTHENTICATED)), "eve", false);

    @TempDir
    Path directory;

    @Test
    void anUpdateOfWhatIsNotThereIsACreation() {
        try (Store store = Store.open(directory.resolve("objects"), 100_000)) {
            Clock clock = Clock.systemUTC();
            Catalog catalog = new Catalog(store, clock);
            Writes writes = new Writes(catalog, new Deletions(catalog, clock), clock);
            ResourceDefinition namespaces = catalog.get().containers();
            ObjectNode namespace = Json.constant("{'metadata':{'name':'default'}}");
            writes.create(namespaces, "", namespace, Author.SERVER).join();
            ResourceDefinition leases =
                    catalog.get().stored("leases.coordination.k8s.io").orElseThrow();

            assertThatThrownBy(() -> writes.replace(leases, "default", "l", false, lease(), STRANGER)
                            .join())
                    .hasMessageContaining("User \"eve\" cannot create resource \"leases\"");
            assertThatThrownBy(() -> writes.apply(leases, "default", "l", false, lease(), false, STRANGER)
                            .join())
                    .hasMessageContaining("User \"eve\" cannot create resource \"leases\"");
            assertThat(writes.replace(leases, "default", "l", false, lease(), Author.SERVER)
                            .join()
                            .created())
                    .isTrue();
        }
    }

    @Test
    void anObjectWhoseDefinitionWentWhileItWaitedIsNotMade() {
        try (Store store = Store.open(directory.resolve("objects"), 100_000)) {
            Clock clock = Clock.systemUTC();
            Catalog catalog = new Catalog(store, clock);
            Writes writes = new Writes(catalog, new Deletions(catalog, clock), clock);
            ResourceDefinition gone = ResourceDefinition.of("example.com", "v1", "widgets", "Widget")
                    .traits(Trait.CUSTOM)
                    .build();
            ObjectNode widget = Json.constant("{'metadata':{'name':'w'}}");
            assertThatThrownBy(
                            () -> writes.create(gone, "", widget, Author.SERVER).join())
                    .hasMessageContaining("widgets.example.com \"w\" not found");
        }
    }

    private static ObjectNode lease() {
        return Json.constant("{'metadata':{'name':'l'},'spec':{'holderIdentity':'x'}}");
    }
}
