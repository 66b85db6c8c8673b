package org.karst.apiserver.internal.storage;

/** The store cannot take or keep data now. The message is a sentence for the user. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whether the same call may succeed a little later: the queue was full. */
    public final boolean overloaded;

    StorageException(String message, boolean overloaded) {
        super(message);
        this.overloaded = overloaded;
    }

    StorageException(String message, Throwable cause) {
        super(message, cause);
        this.overloaded = false;
    }
}
