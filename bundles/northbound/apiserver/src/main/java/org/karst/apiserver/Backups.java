package org.karst.apiserver;

import java.io.IOException;
import java.nio.file.Path;

/** Copies of all objects of Karst's own API server. Keys, certificates and the token are not among them. */
public interface Backups {
    /**
     * A copy.
     *
     * @param revision of the newest change in it
     * @param objects how many
     * @param bytes the size of its file
     */
    record Backup(long revision, long objects, long bytes) {}

    /**
     * Writes all objects as they are durable at one moment, while the server goes on.
     *
     * @param file where, mode 0600; must not be there yet
     * @throws IOException with a sentence if the file cannot be written, or the server does not run
     */
    Backup backUp(Path file) throws IOException;

    /**
     * Checks a copy and lays it ready: at its next start the server takes these objects in the place of those that it has.
     *
     * @throws IOException with a sentence if the file is no copy or is damaged, or the server does not run
     */
    Backup restore(Path file) throws IOException;

    /**
     * Takes {@link #restore} back, as long as the server has not been started again.
     *
     * @return whether anything was laid ready
     * @throws IOException with a sentence if it cannot be taken back, or the server does not run
     */
    boolean cancelRestore() throws IOException;
}
