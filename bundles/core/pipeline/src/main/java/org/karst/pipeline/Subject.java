package org.karst.pipeline;

import java.util.Objects;

/**
 * One interface of a pod in one direction: what policies judge.
 *
 * @param attachment the interface
 * @param direction the direction
 */
public record Subject(AttachmentKey attachment, Direction direction) {
    public Subject {
        Objects.requireNonNull(attachment, "attachment");
        Objects.requireNonNull(direction, "direction");
    }
}
