package org.karst.apiserver.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private static final long HISTORY = 1024 * 1024;

    @TempDir
    Path directory;

    @Test
    void numbersEachChangeAndKeepsObjectsAcrossRestarts() throws Exception {
        Path file = directory.resolve("objects.mv.db");
        long latest;
        try (Store store = Store.open(file, HISTORY)) {
            long first = put(store, "pods", "a", "web", "1").join();
            assertThat(put(store, "pods", "a", "db", "1").join()).isEqualTo(first + 1);
            latest = store.history().latest();
            assertThat(store.history().after(first, 10))
                    .extracting(Change::revision)
                    .containsExactly(first + 1);
        }
        try (Store store = Store.open(file, HISTORY);
                Snapshot snapshot = store.snapshot()) {
            assertThat(snapshot.revision()).isEqualTo(latest);
            assertThat(list(snapshot, "pods", "a")).containsOnlyKeys("a/db", "a/web");
            assertThat(store.history().oldest()).isEqualTo(latest);
            assertThatThrownBy(() -> store.history().after(latest - 1, 10)).isInstanceOf(TooOldException.class);
        }
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void anOperationThatThrowsChangesNothing() {
        try (Store store = Store.open(directory.resolve("objects.mv.db"), HISTORY)) {
            long before = put(store, "pods", "a", "web", "1").join();
            CompletableFuture<Object> failing = store.write(transaction -> {
                transaction.put(key("pods", "a", "other"), Optional.empty(), stored("1"));
                throw new IllegalStateException("refused");
            });
            assertThatThrownBy(failing::join)
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseMessage("refused");
            assertThat(store.history().latest()).isEqualTo(before);
            try (Snapshot snapshot = store.snapshot()) {
                assertThat(list(snapshot, "pods", "")).containsOnlyKeys("a/web");
            }
        }
    }

    @Test
    void anEarlierRevisionCanBeListedAsLongAsTheHistoryReaches() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("SplittableRandom").create(7);
        try (Store store = Store.open(directory.resolve("objects.mv.db"), HISTORY)) {
            TreeMap<String, String> model = new TreeMap<>();
            Map<Long, Map<String, String>> states = new TreeMap<>();
            for (int i = 0; i < 400; i++) {
                String namespace = "n" + random.nextInt(3);
                String name = "p" + random.nextInt(12);
                String key = namespace + '/' + name;
                if (model.containsKey(key) && random.nextBoolean()) {
                    remove(store, "pods", namespace, name).join();
                    model.remove(key);
                } else {
                    put(store, "pods", namespace, name, "v" + i).join();
                    model.put(key, "v" + i);
                }
                put(store, "podsets", namespace, name, "noise").join();
                states.put(store.history().latest(), new TreeMap<>(model));
            }
            try (Snapshot snapshot = store.snapshot()) {
                for (Map.Entry<Long, Map<String, String>> state : states.entrySet()) {
                    assertThat(listAt(store, snapshot, "", null, state.getKey()))
                            .isEqualTo(state.getValue());
                    ObjectKey after = key("pods", "n1", "p3");
                    TreeMap<String, String> rest = new TreeMap<>(state.getValue());
                    assertThat(listAt(store, snapshot, "", after, state.getKey()))
                            .isEqualTo(rest.tailMap("n1/p3", false));
                }
            }
        }
    }

    @Test
    void aSnapshotStaysAsItWasWhileTheStoreGoesOn() {
        try (Store store = Store.open(directory.resolve("objects.mv.db"), HISTORY)) {
            for (int i = 0; i < 200; i++) {
                put(store, "pods", "a", "p" + i, "before").join();
            }
            try (Snapshot snapshot = store.snapshot()) {
                for (int round = 0; round < 20; round++) {
                    List<CompletableFuture<Long>> writes = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        writes.add(put(store, "pods", "a", "p" + i, "after" + round + "x".repeat(2000)));
                    }
                    writes.forEach(CompletableFuture::join);
                }
                assertThat(list(snapshot, "pods", "a")).hasSize(200).allSatisfy((key, value) -> assertThat(value)
                        .isEqualTo("before"));
            }
        }
    }

    @Test
    void overwritingForeverDoesNotGrowTheFileForever() throws Exception {
        Path file = directory.resolve("objects.mv.db");
        try (Store store = Store.open(file, HISTORY)) {
            for (int round = 0; round < 60; round++) {
                List<CompletableFuture<Long>> writes = new ArrayList<>();
                for (int i = 0; i < 1000; i++) {
                    writes.add(put(store, "pods", "a", "p" + i % 100, "x".repeat(2000) + round));
                }
                writes.forEach(CompletableFuture::join);
            }
        }
        // 60,000 writes of 2 kB are 120 MB; alive are 200 kB.
        assertThat(Files.size(file)).isLessThan(16L * 1024 * 1024);
    }

    @Test
    void theHistoryIsBoundedInBytes() {
        try (Store store = Store.open(directory.resolve("objects.mv.db"), 100_000)) {
            for (int i = 0; i < 300; i++) {
                put(store, "pods", "a", "p", "x".repeat(1000) + i).join();
            }
            long kept = store.history().latest() - store.history().oldest();
            assertThat(kept).isBetween(20L, 100L);
        }
    }

    @Test
    void aDamagedFileIsRefusedWithItsName() throws Exception {
        Path file = directory.resolve("objects.mv.db");
        Files.writeString(file, "this is not a store".repeat(1000));
        assertThatThrownBy(() -> Store.open(file, HISTORY))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(file.toString());
    }

    static ObjectKey key(String resource, String namespace, String name) {
        return new ObjectKey(resource, namespace, name);
    }

    static Stored stored(String value) {
        return new Stored(value.getBytes(StandardCharsets.UTF_8), new Attributes(Map.of(), Map.of()));
    }

    static CompletableFuture<Long> put(Store store, String resource, String namespace, String name, String value) {
        return store.write(transaction -> {
            ObjectKey key = key(resource, namespace, name);
            byte[] before = transaction.get(key);
            long revision = transaction.next();
            transaction.put(
                    key,
                    Optional.ofNullable(before).map(json -> stored(new String(json, StandardCharsets.UTF_8))),
                    stored(value));
            return revision;
        });
    }

    private static CompletableFuture<Boolean> remove(Store store, String resource, String namespace, String name) {
        return store.write(transaction -> {
            ObjectKey key = key(resource, namespace, name);
            Stored before = stored(new String(transaction.get(key), StandardCharsets.UTF_8));
            transaction.remove(key, before, before);
            return true;
        });
    }

    private static Map<String, String> list(Snapshot snapshot, String resource, String namespace) {
        return collect(snapshot.list(resource, namespace));
    }

    private static Map<String, String> listAt(
            Store store, Snapshot snapshot, String namespace, ObjectKey after, long revision) throws TooOldException {
        return collect(snapshot.listAt("pods", namespace, after, revision, store.history()));
    }

    private static Map<String, String> collect(Snapshot.Entries entries) {
        Map<String, String> found = new TreeMap<>();
        while (entries.next()) {
            ObjectKey key = entries.key();
            found.put(key.namespace() + '/' + key.name(), new String(entries.json(), StandardCharsets.UTF_8));
        }
        return found;
    }
}
