package org.karst.apiserver.internal.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * A file of objects that is open.
 *
 * @param objects JSON by key
 * @param meta what is known of them all: the format, and the revision of the newest change
 */
record StoreFile(MVStore store, MVMap<String, byte[]> objects, MVMap<String, byte[]> meta) {
    private static final String REVISION = "revision";
    private static final String FORMAT = "format";
    private static final String FORMAT_1 = "1";
    private static final int PAGE_CACHE_MIB = 16;

    /**
     * Opens a file, which is made if it is not there. Nothing is committed but by {@link MVStore#commit()}.
     *
     * @throws StorageException if it cannot be opened, is damaged, or is in use
     */
    static StoreFile open(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            // Without a buffer size of 0 the store commits by itself once a batch is large, in the middle of an
            // operation.
            StoreFile opened = open(
                    file,
                    new MVStore.Builder()
                            .autoCommitDisabled()
                            .autoCommitBufferSize(0)
                            .cacheSize(PAGE_CACHE_MIB));
            if (opened.meta.get(FORMAT) == null) {
                opened.meta.put(FORMAT, bytes(FORMAT_1));
                putRevision(opened.meta, 1);
                opened.store.commit();
                opened.store.sync();
            }
            return opened;
        } catch (IOException e) {
            throw new StorageException("cannot create " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Opens a file that is there, only to read it.
     *
     * @throws StorageException if it is not there, is none of ours, is damaged, or is in use
     */
    static StoreFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new StorageException("there is no file " + file, false);
        }
        StoreFile opened = open(file, new MVStore.Builder().readOnly().cacheSize(PAGE_CACHE_MIB));
        if (opened.meta.get(FORMAT) == null || opened.meta.get(REVISION) == null) {
            opened.store.closeImmediately();
            throw new StorageException(file + " holds no objects of Karst's API server", false);
        }
        return opened;
    }

    private static StoreFile open(Path file, MVStore.Builder builder) {
        try {
            MVStore store = builder.fileName(file.toString()).open();
            MVMap.Builder<String, byte[]> map = new MVMap.Builder<String, byte[]>()
                    .keyType(StringDataType.INSTANCE)
                    .valueType(ByteArrayDataType.INSTANCE);
            StoreFile opened = new StoreFile(store, store.openMap("objects", map), store.openMap("meta", map));
            byte[] format = opened.meta.get(FORMAT);
            if (format != null && !FORMAT_1.equals(text(format))) {
                store.closeImmediately();
                throw new StorageException(
                        file + " has format " + text(format) + ", which this version of Karst does not know", false);
            }
            return opened;
        } catch (MVStoreException e) {
            throw new StorageException("cannot open " + file + ": " + sentence(e), e);
        }
    }

    /** Makes an empty file. Objects may hold secrets; the store itself would make it readable by all. */
    static void create(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** The revision of the newest change. */
    long revision() {
        return Long.parseLong(text(meta.get(REVISION)));
    }

    static void putRevision(MVMap<String, byte[]> meta, long revision) {
        meta.put(REVISION, bytes(Long.toString(revision)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** MVStore appends its version and error code in brackets to a message. */
    static String sentence(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        int bracket = message.lastIndexOf(" [");
        return bracket < 0 ? message : message.substring(0, bracket);
    }
}
