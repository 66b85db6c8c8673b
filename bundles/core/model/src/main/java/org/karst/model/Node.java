package org.karst.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What every feature may want to know of a Node (v1).
 *
 * @param name {@code metadata.name}
 * @param uid {@code metadata.uid}
 * @param created {@code metadata.creationTimestamp}, RFC 3339 in UTC, so texts compare as times; "" if unknown
 * @param labels {@code metadata.labels}
 * @param podCidrs {@code spec.podCIDRs}: the node's subnets, at most one of each family
 * @param addresses {@code status.addresses} of type InternalIP
 */
public record Node(String name, String uid, String created, Labels labels, List<Cidr> podCidrs, List<Ip> addresses) {
    public Node {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(labels, "labels");
        podCidrs = List.copyOf(podCidrs);
        addresses = List.copyOf(addresses);
    }

    /**
     * Reads a v1 Node.
     *
     * @throws IllegalArgumentException with a sentence that names the field
     */
    public static Node decode(Document document) {
        return new Node(
                document.text("metadata", "name"),
                document.text("metadata", "uid"),
                document.text("metadata", "creationTimestamp"),
                Labels.of(document.texts("metadata", "labels")),
                document.list("spec", "podCIDRs").stream()
                        .map(entry -> Cidr.parse(entry.text()))
                        .toList(),
                document.list("status", "addresses").stream()
                        .filter(entry -> entry.text("type").equals("InternalIP"))
                        .map(entry -> Ip.parse(entry.text("address")))
                        .toList());
    }

    /** The first subnet of a family. */
    public Optional<Cidr> podCidr(Family family) {
        return podCidrs.stream().filter(cidr -> cidr.family() == family).findFirst();
    }

    /** The first InternalIP of a family. */
    public Optional<Ip> address(Family family) {
        return addresses.stream().filter(address -> address.family() == family).findFirst();
    }
}
