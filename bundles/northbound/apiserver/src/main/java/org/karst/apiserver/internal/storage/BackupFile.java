package org.karst.apiserver.internal.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVStoreException;
import org.karst.apiserver.Backups.Backup;

/**
 * A file with all objects of one revision. It is a file as the store has it, with the digest of all that is in it, and becomes the store's
 * own at a start.
 */
public final class BackupFile {
    private static final String DIGEST = "digest";
    private static final int COMMIT_EACH = 1_000;
    /** Far beyond what anybody can have seen of a store that can no longer be read. */
    private static final long REVISIONS_LOST = 1_000_000;

    private BackupFile() {}

    /**
     * Writes one, with mode 0600; it is there whole or not at all.
     *
     * @throws IOException with a sentence if there is such a file already, or it cannot be written
     */
    public static Backup write(Snapshot snapshot, Path file) throws IOException {
        try {
            StoreFile.create(file);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("there is a file " + file + " already, and nothing is written over it", e);
        } catch (IOException e) {
            throw new IOException("cannot create " + file + ": " + e, e);
        }
        try {
            return fill(snapshot, file);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static Backup fill(Snapshot snapshot, Path file) throws IOException {
        long objects = 0;
        try {
            StoreFile copy = StoreFile.open(file);
            try {
                MessageDigest digest = sha256();
                Snapshot.Entries entries = snapshot.all();
                while (entries.next()) {
                    update(digest, entries.key().text(), entries.json());
                    copy.objects().put(entries.key().text(), entries.json());
                    if (++objects % COMMIT_EACH == 0) {
                        copy.store().commit();
                    }
                }
                StoreFile.putRevision(copy.meta(), snapshot.revision());
                copy.meta().put(DIGEST, digest.digest());
                copy.store().commit();
                copy.store().sync();
            } finally {
                copy.store().close();
            }
        } catch (StorageException | MVStoreException e) {
            throw new IOException("cannot write " + file + ": " + StoreFile.sentence(e), e);
        }
        return new Backup(snapshot.revision(), objects, Files.size(file));
    }

    /**
     * Reads one from the first to the last byte.
     *
     * @throws IOException with a sentence if it is none, or is not as it was written
     */
    public static Backup check(Path file) throws IOException {
        try {
            StoreFile copy = StoreFile.read(file);
            try {
                byte[] expected = copy.meta().get(DIGEST);
                if (expected == null) {
                    throw new IOException(file + " was not written by karst:backup");
                }
                MessageDigest digest = sha256();
                long objects = 0;
                for (Cursor<String, byte[]> cursor = copy.objects().cursor(null); cursor.hasNext(); objects++) {
                    String key = cursor.next();
                    update(digest, key, cursor.getValue());
                }
                if (!Arrays.equals(expected, digest.digest())) {
                    throw new IOException(file + " is damaged: its objects are not those that were written");
                }
                return new Backup(copy.revision(), objects, Files.size(file));
            } finally {
                copy.store().closeImmediately();
            }
        } catch (StorageException e) {
            throw new IOException(e.getMessage(), e);
        } catch (RuntimeException e) {
            // MVStore throws whatever comes of a page that is not one.
            throw new IOException(file + " is damaged: " + StoreFile.sentence(e), e);
        }
    }

    /**
     * Puts a backup in the place of the store's file, which must not be open, and keeps that as {@code former}. Revisions go on where the
     * later of both was, so that nobody who has seen one takes it for another; watches of before are told that they are too old.
     *
     * @param backup moved away
     * @param current may be absent or damaged
     * @throws IOException with a sentence if the backup is damaged or a file cannot be moved
     */
    public static Backup install(Path backup, Path current, Path former) throws IOException {
        Backup checked = check(backup);
        long seen = seen(current).orElse(checked.revision() + REVISIONS_LOST);
        try {
            StoreFile file = StoreFile.open(backup);
            try {
                StoreFile.putRevision(file.meta(), Math.max(checked.revision(), seen) + 1);
                file.store().commit();
                file.store().sync();
            } finally {
                file.store().close();
            }
        } catch (StorageException | MVStoreException e) {
            throw new IOException("cannot restore " + backup + ": " + StoreFile.sentence(e), e);
        }
        if (Files.exists(current)) {
            Files.move(current, former, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(backup, current, StandardCopyOption.ATOMIC_MOVE);
        return checked;
    }

    private static Optional<Long> seen(Path current) {
        try {
            StoreFile file = StoreFile.read(current);
            try {
                return Optional.of(file.revision());
            } finally {
                file.store().closeImmediately();
            }
        } catch (RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    private static void update(MessageDigest digest, String key, byte[] json) {
        digest.update(key.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(json);
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
