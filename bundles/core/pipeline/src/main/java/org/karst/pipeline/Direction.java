package org.karst.pipeline;

/** Of a connection, seen from a pod that is subject to policy. */
public enum Direction {
    /** What the pod opens. */
    EGRESS,
    /** What is opened to the pod. */
    INGRESS
}
