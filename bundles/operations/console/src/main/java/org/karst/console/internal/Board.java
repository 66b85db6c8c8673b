package org.karst.console.internal;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * The newest text of each section.
 *
 * @param version how often it has changed
 * @param sections by name
 */
record Board(long version, SortedMap<String, Section> sections) {
    /** One with nothing on it. */
    static final Board EMPTY = new Board(0, new TreeMap<>());

    /** A section that is no longer there says so once to everybody who knew it. */
    private static final String NOTHING = "null";

    /**
     * A part of the board.
     *
     * @param version of the board when it last changed
     * @param json its text, in one line
     */
    record Section(long version, String json) {}

    Board {
        sections = Collections.unmodifiableSortedMap(new TreeMap<>(sections));
    }

    /** The board with these sections and no others. */
    Board with(Map<String, String> texts) {
        SortedMap<String, Section> next = new TreeMap<>();
        boolean changed = false;
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            Section before = sections.get(entry.getKey());
            boolean same = before != null && before.json().equals(entry.getValue());
            next.put(entry.getKey(), same ? before : new Section(version + 1, entry.getValue()));
            changed |= !same;
        }
        for (Map.Entry<String, Section> entry : sections.entrySet()) {
            if (!next.containsKey(entry.getKey())) {
                boolean known = entry.getValue().json().equals(NOTHING);
                next.put(entry.getKey(), known ? entry.getValue() : new Section(version + 1, NOTHING));
                changed |= !known;
            }
        }
        return changed ? new Board(version + 1, next) : this;
    }

    /** The same with nothing on it; versions go on. */
    Board cleared() {
        return new Board(version, new TreeMap<>());
    }

    /**
     * What somebody does not know yet, as a server-sent event (WHATWG HTML, "Server-sent events"); empty if there is nothing.
     *
     * @param position the version of the board that he has seen; negative if he has seen none
     */
    Optional<byte[]> event(long position) {
        StringJoiner news = new StringJoiner(",");
        sections.forEach((name, section) -> {
            if (section.version() > position && !(position < 0 && section.json().equals(NOTHING))) {
                news.add('"' + name + "\":" + section.json());
            }
        });
        if (news.length() == 0) {
            return Optional.empty();
        }
        String event =
                "event: " + (position < 0 ? "snapshot" : "change") + "\nid: " + version + "\ndata: {" + news + "}\n\n";
        return Optional.of(event.getBytes(StandardCharsets.UTF_8));
    }
}
