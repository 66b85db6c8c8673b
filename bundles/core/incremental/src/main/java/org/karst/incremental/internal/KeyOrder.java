package org.karst.incremental.internal;

import java.util.Comparator;

/** An order of any keys and identities: their own where they have one in common, else that of their texts. */
enum KeyOrder implements Comparator<Object> {
    KEY_ORDER;

    @Override
    @SuppressWarnings("unchecked")
    public int compare(Object one, Object other) {
        return one instanceof Comparable<?> && one.getClass() == other.getClass()
                ? ((Comparable<Object>) one).compareTo(other)
                : one.toString().compareTo(other.toString());
    }
}
