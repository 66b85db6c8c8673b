package org.karst.console.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoardTest {
    private static String event(Board board, long position) {
        return board.event(position)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }

    @Test
    void aNewViewerGetsAllAndThenWhatChanged() {
        Board first = Board.EMPTY.with(Map.of("nodes", "[1]", "now", "{}"));
        assertThat(event(first, -1)).isEqualTo("event: snapshot\nid: 1\ndata: {\"nodes\":[1],\"now\":{}}\n\n");
        assertThat(event(first, 1)).isEmpty();
        Board second = first.with(Map.of("nodes", "[1,2]", "now", "{}"));
        assertThat(event(second, 1)).isEqualTo("event: change\nid: 2\ndata: {\"nodes\":[1,2]}\n\n");
    }

    @Test
    void equalSectionsAreNoChange() {
        Board first = Board.EMPTY.with(Map.of("nodes", "[1]"));
        assertThat(first.with(Map.of("nodes", "[1]"))).isSameAs(first);
    }

    @Test
    void whoReadsSlowlyGetsTheNewestOfEachSectionOnce() {
        Board board = Board.EMPTY;
        for (int i = 1; i <= 5; i++) {
            board = board.with(Map.of("now", Integer.toString(i), "nodes", i < 3 ? "[]" : "[3]"));
        }
        assertThat(event(board, 1)).isEqualTo("event: change\nid: 5\ndata: {\"nodes\":[3],\"now\":5}\n\n");
    }

    @Test
    void aSectionThatWentIsTakenFromThoseWhoKnewIt() {
        Board first = Board.EMPTY.with(Map.of("pods/a", "[]", "pods/b", "[]"));
        Board second = first.with(Map.of("pods/a", "[]"));
        assertThat(event(second, 1)).isEqualTo("event: change\nid: 2\ndata: {\"pods/b\":null}\n\n");
        assertThat(event(second, -1)).isEqualTo("event: snapshot\nid: 2\ndata: {\"pods/a\":[]}\n\n");
        assertThat(second.with(Map.of("pods/a", "[]"))).isSameAs(second);
    }

    @Test
    void versionsGoOnAfterARest() {
        Board rested = Board.EMPTY.with(Map.of("now", "1")).cleared();
        assertThat(event(rested, -1)).isEmpty();
        assertThat(event(rested.with(Map.of("now", "1")), 1)).contains("id: 2\n");
    }
}
