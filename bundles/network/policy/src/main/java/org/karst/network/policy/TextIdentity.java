package org.karst.network.policy;

/**
 * A value whose text is its identity: computed once, compared instead of all that it was made of. Values of two classes have no text
 * in common.
 *
 * @param <T> the class itself
 */
abstract class TextIdentity<T extends TextIdentity<T>> implements Comparable<T> {
    private final String text;

    TextIdentity(String text) {
        this.text = text;
    }

    @Override
    public final int compareTo(T other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public final boolean equals(Object object) {
        return this == object || object instanceof TextIdentity<?> other && text.equals(other.text);
    }

    @Override
    public final int hashCode() {
        return text.hashCode();
    }

    @Override
    public final String toString() {
        return text;
    }
}
