package org.karst.ovsdb;

/** Hears whether this client holds a lock (RFC 7047 section 4.1.8); called on the client's event loop. */
@FunctionalInterface
public interface LockListener {
    /** Whether the lock is now held by this client; a lost connection loses it. Called on each change only. */
    void held(boolean held);
}
