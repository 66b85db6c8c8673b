package org.karst.model;

import java.util.Objects;

/** What every feature may want to know of a Namespace (v1). */
public record Namespace(String name, Labels labels) {
    public Namespace {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(labels, "labels");
    }

    /** Reads a v1 Namespace. */
    public static Namespace decode(Document document) {
        return new Namespace(document.text("metadata", "name"), Labels.of(document.texts("metadata", "labels")));
    }
}
