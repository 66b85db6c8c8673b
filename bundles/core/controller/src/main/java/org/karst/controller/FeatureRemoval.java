package org.karst.controller;

import java.util.Objects;
import java.util.function.Consumer;
import org.karst.incremental.Engine;

/**
 * How a world would be without a feature that is bound: its rules and stages gone, and what it judged judged by nobody.
 *
 * @param feature its name
 * @param guards whether the real one would stay in force when its bundle goes, until it is released
 * @param edit makes it so in another engine with the same facts and rules; to be settled then
 */
public record FeatureRemoval(String feature, boolean guards, Consumer<Engine> edit) {
    public FeatureRemoval {
        Objects.requireNonNull(feature, "feature");
        Objects.requireNonNull(edit, "edit");
    }
}
