package org.karst.console.internal;

/**
 * A product feature that the container knows.
 *
 * @param name without the prefix {@code karst-}
 * @param description what it is, in one line
 * @param version its version
 * @param installed whether it is installed
 */
record Installable(String name, String description, String version, boolean installed) {}
