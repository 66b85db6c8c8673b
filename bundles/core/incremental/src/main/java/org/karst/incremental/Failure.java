package org.karst.incremental;

import java.util.List;

/**
 * A cell whose function threw. It is tried again when something that it read changes. A rule's unit keeps its last items
 * meanwhile.
 *
 * @param definition the name of the rule, query or index
 * @param key the key at which it failed
 * @param message why, a sentence
 * @param inherited whether the reason lies in a query that it read
 * @param reads what it had read itself when it failed, in the order of reading
 */
public record Failure(String definition, Object key, String message, boolean inherited, List<Fact> reads) {
    public Failure {
        reads = List.copyOf(reads);
    }
}
