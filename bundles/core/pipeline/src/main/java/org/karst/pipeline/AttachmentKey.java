package org.karst.pipeline;

import java.util.Comparator;
import java.util.Objects;

/**
 * One interface of one container: what CNI calls an attachment.
 *
 * @param node the node
 * @param containerId {@code CNI_CONTAINERID}
 * @param ifname {@code CNI_IFNAME}
 */
public record AttachmentKey(String node, String containerId, String ifname) implements Comparable<AttachmentKey> {
    private static final Comparator<AttachmentKey> ORDER = Comparator.comparing(AttachmentKey::node)
            .thenComparing(AttachmentKey::containerId)
            .thenComparing(AttachmentKey::ifname);

    public AttachmentKey {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(containerId, "containerId");
        Objects.requireNonNull(ifname, "ifname");
    }

    @Override
    public int compareTo(AttachmentKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return node + "/" + containerId + "/" + ifname;
    }
}
