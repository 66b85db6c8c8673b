package org.karst.incremental;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * A pure function from a key to the desired items that this key is responsible for.
 *
 * @param name unique among the rules of an engine; decides, with the key, who wins when two units disagree on an item
 * @param scope where its units exist
 * @param over for which keys
 * @param items what a key wants; the list is in an order that depends on nothing but its contents, and holds each identity
 *     once (an equal item may be repeated)
 * @param <K> the type of the keys
 */
public record Rule<K extends Comparable<? super K>>(
        String name, Scope scope, Keys<K> over, BiFunction<View, K, ? extends List<? extends Item>> items) {
    public Rule {
        Table.Names.checked(name);
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(over, "over");
        Objects.requireNonNull(items, "items");
    }

    @Override
    public String toString() {
        return name;
    }
}
