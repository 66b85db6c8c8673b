package org.karst.incremental;

import java.util.Objects;
import java.util.function.BiFunction;

/**
 * A memoised derived value: a pure function of a key and of what it reads. Its value for a key is kept while somebody reads
 * it, and readers run again only if the value changed. A query may read other queries, not itself: definitions must not
 * form a cycle.
 *
 * @param <K> the type of the keys: immutable, compared by {@code equals}
 * @param <V> the type of the values: immutable, compared by {@code equals}, not null
 */
public final class Query<K, V> {
    private final String name;
    private final BiFunction<? super View, ? super K, ? extends V> function;

    private Query(String name, BiFunction<? super View, ? super K, ? extends V> function) {
        this.name = Table.Names.checked(name);
        this.function = Objects.requireNonNull(function, "function");
    }

    public static <K, V> Query<K, V> of(String name, BiFunction<? super View, ? super K, ? extends V> function) {
        return new Query<>(name, function);
    }

    public String name() {
        return name;
    }

    public BiFunction<? super View, ? super K, ? extends V> function() {
        return function;
    }

    @Override
    public String toString() {
        return name;
    }
}
