package org.karst.apiserver.internal.storage;

/** The history no longer reaches back to a revision, or that revision was never given by this store. */
public final class TooOldException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The revision that was asked for. */
    public final long revision;

    /** The oldest revision after which all changes are known. */
    public final long oldest;

    TooOldException(long revision, long oldest) {
        super("too old resource version: " + revision + " (" + oldest + ")", null, false, false);
        this.revision = revision;
        this.oldest = oldest;
    }
}
