package org.karst.apiserver.internal.api;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.karst.apiserver.internal.access.Reviews;
import org.karst.apiserver.internal.custom.CustomResources;
import org.karst.apiserver.internal.custom.Definitions;
import org.karst.apiserver.internal.custom.VersionOrder;
import org.karst.apiserver.internal.resource.CoreResources;
import org.karst.apiserver.internal.resource.ObjectMetadata;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Resources;
import org.karst.apiserver.internal.storage.Snapshot;
import org.karst.apiserver.internal.storage.Store;
import org.karst.apiserver.internal.storage.Transaction;

/** The resources that are served now: those of the code and those that stored definitions bring. Any thread. */
final class Catalog implements Supplier<Resources> {
    private final Store store;
    private final Clock clock;
    private volatile Resources current;

    Catalog(Store store, Clock clock) {
        this.clock = clock;
        this.store = store;
        refresh();
    }

    @Override
    public Resources get() {
        return current;
    }

    /** Reads the definitions again. */
    void refresh() {
        List<CustomResources> brought;
        try (Snapshot snapshot = store.snapshot()) {
            brought = Definitions.read(snapshot);
        }
        // A definition takes the place of what the code knows of the same resource.
        Set<String> taken = brought.stream()
                .filter(one -> !one.served().isEmpty())
                .map(one -> one.stored().qualified())
                .collect(Collectors.toSet());
        List<ResourceDefinition> own = Stream.concat(CoreResources.ALL.stream(), Stream.of(Definitions.RESOURCE))
                .filter(type -> !taken.contains(type.qualified()))
                .toList();
        List<ResourceDefinition> custom = brought.stream()
                .flatMap(one -> one.served().stream())
                .sorted(Comparator.comparing(ResourceDefinition::group)
                        .thenComparing(ResourceDefinition::version, VersionOrder.NEWEST_FIRST))
                .toList();
        List<ResourceDefinition> served = new ArrayList<>(own);
        served.addAll(custom);
        served.addAll(Reviews.definitions());
        List<ResourceDefinition> stored = Stream.concat(
                        own.stream(), brought.stream().map(CustomResources::stored))
                .toList();
        current = new Resources(served, stored);
    }

    /** Runs a write on the writer of the store; what follows from changed definitions is true before anybody is answered. */
    <T> CompletableFuture<T> write(boolean dryRun, Function<Transaction, T> work) {
        AtomicBoolean redefined = new AtomicBoolean();
        return store.write(transaction -> {
                    T result = work.apply(transaction);
                    if (dryRun) {
                        transaction.discard();
                    } else if (transaction.changes(Definitions.RESOURCE.qualified())) {
                        redefined.set(true);
                        Definitions.settle(transaction, ObjectMetadata.timestamp(clock.instant()));
                    }
                    return result;
                })
                .thenApply(result -> {
                    if (redefined.get()) {
                        refresh();
                    }
                    return result;
                });
    }

    /** Whether a resource is still served as it was. */
    boolean serves(ResourceDefinition type) {
        return current.find(type.group(), type.version(), type.plural()).isPresent();
    }
}
