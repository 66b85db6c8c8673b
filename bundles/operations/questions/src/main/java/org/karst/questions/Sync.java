package org.karst.questions;

/**
 * All that was heard before the question is true in the world.
 *
 * @param revision the number of the last settlement that is
 */
public record Sync(long revision) implements Answer {
    @Override
    public String text() {
        return "all is true up to revision " + revision;
    }
}
