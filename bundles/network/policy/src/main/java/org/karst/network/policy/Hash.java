package org.karst.network.policy;

import org.karst.model.Ip;

/** 64-bit hashes that are the same in each process; those of different things may be summed. */
public final class Hash {
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private Hash() {}

    /** FNV-1a of the UTF-16 units, mixed. */
    public static long of(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return mixed(hash);
    }

    public static long of(Ip address) {
        return mixed(mixed(address.high() + address.family().bits()) + address.low());
    }

    /** A permutation in which each bit depends on all (the finalizer of splitmix64). */
    public static long mixed(long bits) {
        long hash = bits + MULTIPLIER;
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
        return hash ^ hash >>> 31;
    }

    /** 1 to 2^32 − 1. */
    public static long folded(long hash) {
        long folded = (hash ^ hash >>> 32) & 0xffff_ffffL;
        return folded == 0 ? 1 : folded;
    }
}
