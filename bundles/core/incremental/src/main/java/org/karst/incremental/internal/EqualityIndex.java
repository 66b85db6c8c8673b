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

    /** The values to and from which something moved in this step. */
    private List<PostingCell> due = new ArrayList<>();

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

        /** What moved in this step; null between steps. */
        private Moved moved;

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

        /** Takes over what moved. */
        void publish() {
            SortedKeys<Object> result = keys().with(moved.added(), moved.removed());
            keys = result.isEmpty() ? null : result.size() == 1 ? result.first() : result;
            moved = null;
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
    Moved moved(Object value) {
        PostingCell cell = cell(value);
        if (cell.moved == null) {
            cell.moved = new Moved();
            due.add(cell);
        }
        return cell.moved;
    }

    @Override
    void publish(Evaluator evaluator) {
        if (due.isEmpty()) {
            return;
        }
        List<PostingCell> step = due;
        due = new ArrayList<>();
        step.forEach(cell -> publish(cell, evaluator));
        if (values != null) {
            values.publish(evaluator);
        }
    }

    private void publish(PostingCell cell, Evaluator evaluator) {
        boolean wasEmpty = cell.isEmpty();
        cell.publish();
        evaluator.changed(cell);
        if (wasEmpty && !cell.isEmpty()) {
            followers.forEach(follower -> follower.appeared(cell.key()));
        } else if (!wasEmpty && cell.isEmpty()) {
            followers.forEach(follower -> follower.disappeared(cell.key()));
            evaluator.unread(cell);
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
