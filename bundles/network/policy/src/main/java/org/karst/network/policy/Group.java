package org.karst.network.policy;

import org.karst.model.Labels;

/**
 * Pods that policies cannot tell apart: one namespace, the same labels, the same named ports. Selectors are evaluated once for
 * each group, not for each pod. Its text is its identity.
 */
public final class Group extends TextIdentity<Group> {
    private final String namespace;
    private final Labels labels;
    private final ContainerPorts ports;

    public Group(String namespace, Labels labels, ContainerPorts ports) {
        super(namespace + "/" + labels + "/" + ports);
        this.namespace = namespace;
        this.labels = labels;
        this.ports = ports;
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
}
