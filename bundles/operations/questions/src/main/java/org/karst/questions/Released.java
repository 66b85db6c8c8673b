package org.karst.questions;

import java.util.List;

/**
 * A feature that guarded without its bundle does so no more.
 *
 * @param stages the names of its stages
 */
public record Released(List<String> stages) implements Answer {
    public Released {
        stages = List.copyOf(stages);
    }

    @Override
    public String text() {
        return "packets pass by " + String.join(", ", stages);
    }
}
