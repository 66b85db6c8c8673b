package org.karst.incremental.internal;

import java.util.Optional;
import java.util.SortedSet;
import org.karst.incremental.Index;
import org.karst.incremental.Prefix;
import org.karst.incremental.PrefixIndex;
import org.karst.incremental.Query;
import org.karst.incremental.Table;
import org.karst.incremental.View;

/** Hands out the values of cells and notes which. The casts hold because a definition's cells are filled through it only. */
@SuppressWarnings("unchecked")
final class RecordingView implements View {
    private final Definitions definitions;
    private final Evaluator evaluator;

    RecordingView(Definitions definitions, Evaluator evaluator) {
        this.definitions = definitions;
        this.evaluator = evaluator;
    }

    @Override
    public <K extends Comparable<? super K>, R> Optional<R> get(Table<K, R> table, K key) {
        evaluator.checkRunning();
        TableState.RowCell cell = definitions.table(table).cell(key);
        evaluator.note(cell);
        return (Optional<R>) Optional.ofNullable(cell.row);
    }

    @Override
    public <K, V> V get(Query<K, V> query, K key) {
        evaluator.checkRunning();
        QueryState state = definitions.query(query);
        evaluator.note(state);
        QueryState.QueryCell cell = state.cell(key);
        evaluator.note(cell);
        return (V) evaluator.value(cell);
    }

    @Override
    public <V extends Comparable<? super V>, K extends Comparable<? super K>> SortedSet<K> find(
            Index<V, K, ?> index, V value) {
        evaluator.checkRunning();
        EqualityIndex.PostingCell cell = definitions.index(index, evaluator).cell(value);
        evaluator.note(cell);
        return (SortedSet<K>) (SortedSet<?>) cell.keys();
    }

    @Override
    public <V extends Comparable<? super V>> SortedSet<V> values(Index<V, ?, ?> index) {
        evaluator.checkRunning();
        MembersCell cell = definitions.index(index, evaluator).values();
        evaluator.note(cell);
        return (SortedSet<V>) (SortedSet<?>) cell.members();
    }

    @Override
    public <K extends Comparable<? super K>> SortedSet<K> containing(PrefixIndex<K, ?> index, Prefix prefix) {
        evaluator.checkRunning();
        PrefixTree.PrefixCell cell = definitions.prefixIndex(index, evaluator).containing(prefix);
        evaluator.note(cell);
        return (SortedSet<K>) (SortedSet<?>) cell.keys();
    }

    @Override
    public <K extends Comparable<? super K>> SortedSet<K> containedIn(PrefixIndex<K, ?> index, Prefix prefix) {
        evaluator.checkRunning();
        PrefixTree.PrefixCell cell = definitions.prefixIndex(index, evaluator).containedIn(prefix);
        evaluator.note(cell);
        return (SortedSet<K>) (SortedSet<?>) cell.keys();
    }

    @Override
    public <K extends Comparable<? super K>> SortedSet<K> all(Table<K, ?> table) {
        evaluator.checkRunning();
        MembersCell cell = definitions.table(table).all();
        evaluator.note(cell);
        return (SortedSet<K>) (SortedSet<?>) cell.members();
    }
}
