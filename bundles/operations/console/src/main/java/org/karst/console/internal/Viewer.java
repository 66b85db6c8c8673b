package org.karst.console.internal;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.karst.apiserver.WebStream;

/** Somebody who looks: a position on the board. Confined to the thread of its stream. */
final class Viewer {
    private final WebStream stream;
    private final Supplier<Board> board;
    private final BooleanSupplier served;
    private long position = -1;

    /**
     * @param served whether the stream goes on
     */
    Viewer(WebStream stream, Supplier<Board> board, BooleanSupplier served) {
        this.stream = stream;
        this.board = board;
        this.served = served;
    }

    /** Sends what is new, if the client takes it now; what it does not take is in the next event, as it is then. */
    void pump() {
        if (!served.getAsBoolean()) {
            stream.end();
        } else if (stream.isWritable()) {
            Board now = board.get();
            now.event(position).ifPresent(event -> {
                stream.write(event);
                position = now.version();
            });
        }
    }
}
