package org.karst.apiserver.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.Backups.Backup;

class BackupFileTest {
    private static final long HISTORY = 1024 * 1024;

    @TempDir
    Path directory;

    private Path current;
    private Path backup;
    private Path former;

    @BeforeEach
    void files() {
        current = directory.resolve("objects.mv.db");
        backup = directory.resolve("backup");
        former = directory.resolve("former");
    }

    private static void put(Store store, String name) {
        byte[] json = ("{\"of\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8);
        store.write(transaction -> {
                    transaction.put(
                            new ObjectKey("pods", "a", name),
                            Optional.empty(),
                            new Stored(json, new Attributes(Map.of(), Map.of())));
                    return true;
                })
                .join();
    }

    private static List<String> names(Store store) {
        try (Snapshot snapshot = store.snapshot()) {
            List<String> names = new ArrayList<>();
            Snapshot.Entries entries = snapshot.all();
            while (entries.next()) {
                names.add(entries.key().name());
            }
            return names;
        }
    }

    /** Writes so many objects, backs them up, and goes on with another object. */
    private Backup backUp(int objects) throws IOException {
        try (Store store = Store.open(current, HISTORY)) {
            for (int i = 0; i < objects; i++) {
                put(store, "before-" + i);
            }
            Backup made;
            try (Snapshot snapshot = store.snapshot()) {
                put(store, "after");
                made = BackupFile.write(snapshot, backup);
            }
            return made;
        }
    }

    @Test
    void allObjectsOfOneMomentComeBackAndRevisionsGoOn() throws Exception {
        Backup made = backUp(2500);
        assertThat(made.objects()).isEqualTo(2500);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .isEqualTo("rw-------");
        assertThat(BackupFile.check(backup)).isEqualTo(made);
        long seen;
        try (Store store = Store.open(current, HISTORY)) {
            seen = store.history().latest();
        }

        assertThat(BackupFile.install(backup, current, former).objects()).isEqualTo(2500);
        assertThat(backup).doesNotExist();
        try (Store store = Store.open(current, HISTORY)) {
            assertThat(names(store)).hasSize(2500).doesNotContain("after");
            assertThat(store.history().latest()).isGreaterThan(seen);
            assertThatThrownBy(() -> store.history().after(seen, 1)).isInstanceOf(TooOldException.class);
        }
        try (Store store = Store.open(former, HISTORY)) {
            assertThat(names(store)).hasSize(2501);
        }
    }

    @Test
    void aStoreThatCannotBeReadIsReplacedAndKept() throws Exception {
        Backup made = backUp(3);
        Files.writeString(current, "no store");
        BackupFile.install(backup, current, former);
        assertThat(former).hasContent("no store");
        try (Store store = Store.open(current, HISTORY)) {
            assertThat(names(store)).hasSize(3);
            assertThat(store.history().latest()).isGreaterThan(made.revision() + 1000);
        }
    }

    @Test
    void anInstallationThatWasCutOffGoesOn() throws Exception {
        backUp(3);
        Files.move(current, former);
        BackupFile.install(backup, current, former);
        try (Store store = Store.open(current, HISTORY)) {
            assertThat(names(store)).hasSize(3);
        }
    }

    @Test
    void nothingIsWrittenOver() throws Exception {
        Files.writeString(backup, "mine");
        assertThatThrownBy(() -> backUp(1)).isInstanceOf(IOException.class).hasMessageContaining("there is a file");
        assertThat(backup).hasContent("mine");
    }

    @Test
    void whatIsNoBackupIsRefused() throws Exception {
        assertThatThrownBy(() -> BackupFile.check(backup)).hasMessageContaining("there is no file");
        Files.writeString(backup, "mine");
        assertThatThrownBy(() -> BackupFile.check(backup))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(backup.toString());
        Files.delete(backup);
        backUp(1);
        assertThatThrownBy(() -> BackupFile.check(current)).hasMessageContaining("was not written by karst:backup");
    }

    /** Whatever byte is wrong: the file is refused, or says the same as before. */
    @Test
    void aWrongByteIsFound() throws Exception {
        Backup made = backUp(200);
        byte[] whole = Files.readAllBytes(backup);
        byte[] store = Files.readAllBytes(current);
        SplittableRandom random = new SplittableRandom(1);
        Path damaged = directory.resolve("damaged");
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            byte[] bytes = whole.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            Files.write(damaged, bytes);
            try {
                assertThat(BackupFile.check(damaged).objects()).isEqualTo(made.objects());
            } catch (IOException e) {
                assertThat(e).hasMessageContaining(damaged.toString());
                refused++;
                assertThatThrownBy(() -> BackupFile.install(damaged, current, former))
                        .isInstanceOf(IOException.class);
                assertThat(former).doesNotExist();
            }
            assertThat(Files.readAllBytes(current)).isEqualTo(store);
        }
        assertThat(refused).isGreaterThan(20);
    }
}
