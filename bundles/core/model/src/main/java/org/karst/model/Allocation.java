package org.karst.model;

import java.util.Comparator;
import java.util.Objects;

/**
 * A subnet that a node holds: an Allocation (karst.org/v1). Its name says what is held, so the API lets nobody hold it twice.
 *
 * @param name {@code metadata.name}, see {@link #name(Cidr)}
 * @param uid {@code metadata.uid}
 * @param created {@code metadata.creationTimestamp}, RFC 3339 in UTC, so texts compare as times; "" if unknown
 * @param subnet {@code spec.subnet}
 * @param node {@code spec.node}: the name of the Node
 */
public record Allocation(String name, String uid, String created, Cidr subnet, String node) {
    /** Older ones first. */
    public static final Comparator<Allocation> BY_AGE =
            Comparator.comparing(Allocation::created).thenComparing(Allocation::name);

    public Allocation {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(subnet, "subnet");
        Objects.requireNonNull(node, "node");
    }

    /**
     * Reads a karst.org/v1 Allocation.
     *
     * @throws IllegalArgumentException with a sentence that names the field
     */
    public static Allocation decode(Document document) {
        String name = document.text("metadata", "name");
        Cidr subnet = Cidr.parse(document.text("spec", "subnet"));
        if (!name.equals(name(subnet))) {
            throw new IllegalArgumentException(
                    "an Allocation of " + subnet + " is named " + name(subnet) + ", not " + name);
        }
        return new Allocation(
                name,
                document.text("metadata", "uid"),
                document.text("metadata", "creationTimestamp"),
                subnet,
                document.text("spec", "node"));
    }

    /** The name of the object that holds a subnet: {@code subnet-10.128.2.0-23}, {@code subnet-fd01-0-0-2---64}. */
    public static String name(Cidr subnet) {
        return "subnet-" + subnet.network().toString().replace(':', '-') + '-' + subnet.length();
    }
}
