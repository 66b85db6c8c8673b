package org.karst.incremental.internal;

/** Follows the keys of a table or the values of an index as they come and go. */
interface KeyFollower {
    void appeared(Object key);

    void disappeared(Object key);
}
