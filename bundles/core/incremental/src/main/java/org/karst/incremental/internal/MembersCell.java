package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.List;

/** All keys of a table or all values of an index, as one thing to read. */
final class MembersCell extends Cell implements KeyFollower {
    private final List<KeyFollower> followers;
    private final List<Object> added = new ArrayList<>();
    private final List<Object> removed = new ArrayList<>();
    private SortedKeys<Object> members;

    MembersCell(Definition definition, List<KeyFollower> followers, Object[] members) {
        super(definition, "(all)");
        this.followers = followers;
        this.members = SortedKeys.adopt(members);
        followers.add(this);
    }

    MembersCell(MembersCell original, Definition definition, List<KeyFollower> followers) {
        super(original, definition);
        this.followers = followers;
        this.members = original.members;
        followers.add(this);
    }

    /** Whether somebody may still read it. */
    boolean isFollowing() {
        return followers.contains(this);
    }

    SortedKeys<Object> members() {
        return members;
    }

    @Override
    public void appeared(Object key) {
        added.add(key);
    }

    @Override
    public void disappeared(Object key) {
        removed.add(key);
    }

    /** Takes over what came and went in this step. */
    void publish(Evaluator evaluator) {
        if (!added.isEmpty() || !removed.isEmpty()) {
            members = members.with(added, removed);
            added.clear();
            removed.clear();
            evaluator.changed(this);
        }
    }

    @Override
    void forget(Evaluator evaluator) {
        followers.remove(this);
    }
}
