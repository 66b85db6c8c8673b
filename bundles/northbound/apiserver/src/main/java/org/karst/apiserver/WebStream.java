package org.karst.apiserver;

import java.time.Duration;

/**
 * The open body of a streaming answer. The producer is a <em>pump</em>: a function that writes while {@link #isWritable()} and returns when
 * it has nothing more or the client does not keep up. It runs on the stream's own thread, never twice at once, when the stream becomes
 * writable again, and after each {@link #wake()}. So the memory of a slow client is bounded by what one pump run writes.
 */
public interface WebStream {
    /** Sets the pump and the function that runs once when the stream is over, whichever side ended it; then runs the pump. */
    void pump(Runnable pump, Runnable onClosed);

    /** Asks for a run of the pump. Any thread; cheap; several calls before the run are one. */
    void wake();

    /** Asks for a run of the pump after a time, unless the stream ends before. */
    void wakeAfter(Duration delay);

    /** Whether the client takes more now. Only from the pump. */
    boolean isWritable();

    /** Sends the parts as one chunk. Only from the pump. The arrays must not be changed afterwards. */
    void write(byte[]... parts);

    /** Ends the body in good order. Only from the pump. */
    void end();
}
