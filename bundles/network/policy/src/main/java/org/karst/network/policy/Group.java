package org.karst.network.policy;

import org.karst.model.Labels;

/**
 * Pods that policies cannot tell apart: one namespace, the same labels, the same named ports. Selectors are evaluated once for
 * each group, not for each pod. Its text is its identity.
 */
public final class Group implements Comparable<Group> {
    private final String namespace;
    private final Labels labels;
    private final ContainerPorts ports;
    private final String text;

    public Group(String namespace, Labels labels, ContainerPorts ports) {
        this.namespace = namespace;
        this.labels = labels;
        this.ports = ports;
        text = namespace + "/" + labels + "/" + ports;
    }

    public String namespace() {
        return namespace;
    }

    public Labels labels() {
        return labels;
    }

    public ContainerPorts ports() {
        return ports;
    }

    @Override
    public int compareTo(Group other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Group other && text.equals(other.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
