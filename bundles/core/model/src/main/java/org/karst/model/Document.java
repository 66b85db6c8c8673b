package org.karst.model;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A read-only view of one JSON value, so that features see no JSON library (a shared object mapper would pin a feature's
 * class loader).
 *
 * <p>A path of names leads into nested objects. Whatever is absent or null reads as empty: "", {@code false}, an empty list;
 * Kubernetes gives an absent field and its zero value the same meaning unless the API says otherwise, and then
 * {@link #find} tells them apart. A field of another JSON type than the method asks for is an error that names its path.
 */
public interface Document {
    /**
     * A string.
     *
     * @throws IllegalArgumentException if something else stands there
     */
    String text(String... path);

    /**
     * A boolean.
     *
     * @throws IllegalArgumentException if something else stands there
     */
    boolean flag(String... path);

    /**
     * A whole number; 0 if absent.
     *
     * @throws IllegalArgumentException if something else stands there
     */
    long number(String... path);

    /**
     * The elements of an array.
     *
     * @throws IllegalArgumentException if something else stands there
     */
    List<Document> list(String... path);

    /**
     * An object whose values are strings, such as labels.
     *
     * @throws IllegalArgumentException if something else stands there
     */
    SortedMap<String, String> texts(String... path);

    /**
     * The JSON value that a string holds, as those of some annotations do; null if the string is absent or empty.
     *
     * @throws IllegalArgumentException if something else stands there, or the string holds no JSON
     */
    Document embedded(String... path);

    /** The value at a path, empty if it is absent or null. */
    Optional<Document> find(String... path);

    /** The names of an object's fields, sorted; none for another value. */
    List<String> names();

    /** Whether this value is a string; an int-or-string field (v1 IntOrString) asks this. */
    boolean isText();
}
