package org.karst.incremental;

/** The only key of what exists once. */
public enum Unit {
    UNIT
}
