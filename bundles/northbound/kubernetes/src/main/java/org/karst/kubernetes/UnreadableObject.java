package org.karst.kubernetes;

import java.util.Comparator;
import java.util.Objects;

/**
 * An object that a decoder refuses.
 *
 * @param source whose decoder: the name of the watch
 * @param object which object
 */
public record UnreadableObject(String source, ApiObject object) implements Comparable<UnreadableObject> {
    private static final Comparator<UnreadableObject> ORDER =
            Comparator.comparing(UnreadableObject::object).thenComparing(UnreadableObject::source);

    public UnreadableObject {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(object, "object");
    }

    @Override
    public int compareTo(UnreadableObject other) {
        return ORDER.compare(this, other);
    }
}
