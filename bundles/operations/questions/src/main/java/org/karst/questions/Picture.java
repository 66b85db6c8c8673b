package org.karst.questions;

import java.util.Objects;

/**
 * How everything stands at one moment, for who shows it together.
 *
 * @param status how the controller is
 * @param nodes the nodes
 * @param pods the pods and their interfaces
 * @param slots the slots of the pipeline and who lives there
 */
public record Picture(Status status, Nodes nodes, Pods pods, Slots slots) {
    public Picture {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(nodes, "nodes");
        Objects.requireNonNull(pods, "pods");
        Objects.requireNonNull(slots, "slots");
    }
}
