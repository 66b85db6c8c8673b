package org.karst.model;

import java.util.List;
import java.util.Objects;

/**
 * What every feature may want to know of a Pod (v1). A feature that needs more declares a kind of its own on {@code v1/pods}.
 *
 * @param key namespace and name
 * @param uid {@code metadata.uid}
 * @param node {@code spec.nodeName}, "" while it is not scheduled
 * @param labels {@code metadata.labels}
 * @param hostNetwork {@code spec.hostNetwork}
 * @param addresses {@code status.podIPs}, sorted as reported
 * @param finished whether {@code status.phase} is Succeeded or Failed: its addresses are no longer its own
 */
public record Pod(
        PodKey key, String uid, String node, Labels labels, boolean hostNetwork, List<Ip> addresses, boolean finished) {
    public Pod {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(labels, "labels");
        addresses = List.copyOf(addresses);
    }

    /**
     * Reads a v1 Pod.
     *
     * @throws IllegalArgumentException with a sentence that names the field
     */
    public static Pod decode(Document document) {
        String phase = document.text("status", "phase");
        List<Ip> addresses = document.list("status", "podIPs").stream()
                .map(entry -> entry.text("ip"))
                .filter(text -> !text.isEmpty())
                .map(Ip::parse)
                .toList();
        return new Pod(
                new PodKey(document.text("metadata", "namespace"), document.text("metadata", "name")),
                document.text("metadata", "uid"),
                document.text("spec", "nodeName"),
                Labels.of(document.texts("metadata", "labels")),
                document.flag("spec", "hostNetwork"),
                addresses,
                phase.equals("Succeeded") || phase.equals("Failed"));
    }
}
