package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.karst.incremental.Index;

/** Value → keys of the rows that have it. */
final class EqualityIndex extends RowIndex {
    private final BiFunction<Object, Object, Collection<?>> function;
    final List<KeyFollower> followers = new ArrayList<>();
    private final HashTable<PostingCell> postings;
    private MembersCell values;

    @SuppressWarnings("unchecked")
    EqualityIndex(Index<?, ?, ?> index, TableState table) {
        super(index.name(), table);
        this.function = (BiFunction<Object, Object, Collection<?>>) (BiFunction<?, ?, ?>) index.values();
        this.postings = new HashTable<>();
    }

    private EqualityIndex(EqualityIndex original, TableState table) {
        super(original, table);
        this.function = original.function;
        this.postings = new HashTable<>(original.postings, cell -> new PostingCell(this, cell));
        if (original.values != null && original.values.isFollowing()) {
            this.values = new MembersCell(original.values, this, followers);
        }
    }

    @Override
    EqualityIndex fork(TableState table) {
        return new EqualityIndex(this, table);
    }

    @Override
    Cell local(Cell cell) {
        return cell instanceof MembersCell ? values : postings.find(cell.hash, cell.key());
    }

    /** The keys of one value; a single key stands for itself, because most indexes are nearly unique. */
    static final class PostingCell extends Cell {
        private Object keys;

        PostingCell(EqualityIndex index, Object value) {
            super(index, value);
        }

        PostingCell(EqualityIndex index, PostingCell original) {
            super(original, index);
            this.keys = original.keys;
        }

        boolean isEmpty() {
            return keys == null;
        }

        @SuppressWarnings("unchecked")
        SortedKeys<Object> keys() {
            if (keys == null) {
                return SortedKeys.empty();
            }
            return keys instanceof SortedKeys<?> many ? (SortedKeys<Object>) many : SortedKeys.single(keys);
        }

        void move(Moved moved) {
            SortedKeys<Object> result = keys().with(moved.added, moved.removed);
            keys = result.isEmpty() ? null : result.size() == 1 ? result.first() : result;
        }

        @Override
        void forget(Evaluator evaluator) {
            EqualityIndex index = (EqualityIndex) definition;
            if (keys == null && index.postings.find(hash, key()) == this) {
                index.postings.remove(this);
            }
        }
    }

    @Override
    void link(Definition copied, IdentityHashMap<Definition, Definition> copies) {
        KeyFollower.link(((EqualityIndex) copied).followers, followers, copies);
    }

    PostingCell cell(Object value) {
        PostingCell cell = postings.find(value);
        if (cell == null) {
            cell = new PostingCell(this, value);
            postings.add(cell);
        }
        return cell;
    }

    /** The values that some row has. */
    MembersCell values() {
        if (values == null || !values.isFollowing()) {
            List<Object> present = new ArrayList<>();
            forEachValue(present::add);
            values = new MembersCell(this, followers, present.toArray());
        }
        return values;
    }

    void forEachValue(Consumer<Object> visitor) {
        postings.forEach(cell -> {
            if (!cell.isEmpty()) {
                visitor.accept(cell.key());
            }
        });
    }

    @Override
    Collection<?> values(Object key, Object row) {
        return function.apply(key, row);
    }

    @Override
    void publish(Object value, Moved moved, Evaluator evaluator) {
        PostingCell cell = cell(value);
        boolean wasEmpty = cell.isEmpty();
        cell.move(moved);
        evaluator.changed(cell);
        if (wasEmpty && !cell.isEmpty()) {
            followers.forEach(follower -> follower.appeared(value));
        } else if (!wasEmpty && cell.isEmpty()) {
            followers.forEach(follower -> follower.disappeared(value));
            evaluator.unread(cell);
        }
    }

    @Override
    void published(Evaluator evaluator) {
        if (values != null) {
            values.publish(evaluator);
        }
    }

    @Override
    int cells() {
        return postings.size() + (values != null && values.hasReaders() ? 1 : 0);
    }

    @Override
    boolean idle() {
        boolean[] read = {!followers.isEmpty()};
        postings.forEach(cell -> read[0] |= cell.hasReaders());
        return !read[0];
    }
}
