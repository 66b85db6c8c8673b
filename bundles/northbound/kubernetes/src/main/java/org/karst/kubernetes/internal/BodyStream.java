package org.karst.kubernetes.internal;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer as a blocking stream. The next bytes are asked for only when the former ones were read, so a slow reader slows the
 * server and not the heap; silence beyond a limit is an error.
 */
final class BodyStream extends InputStream implements AsyncBody.Consumer<List<ByteBuffer>> {
    private final Duration idle;
    // At most one part is asked for, and the end.
    private final BlockingQueue<Part> arrived = new LinkedBlockingQueue<>();
    private final Queue<ByteBuffer> current = new ArrayDeque<>();
    private AsyncBody body;
    private CompletableFuture<Boolean> completion;
    private boolean closed;
    private boolean over;

    /** Bytes, or the end, or a failure. */
    private record Part(List<ByteBuffer> bytes, boolean end, Optional<Throwable> failure) {}

    BodyStream(Duration idle) {
        this.idle = idle;
    }

    /** The head has arrived. */
    synchronized void opened(AsyncBody open) {
        body = open;
        completion = open.done()
                .handle((nothing, failure) -> arrived.add(new Part(List.of(), true, Optional.ofNullable(failure))));
        if (closed) {
            // Nobody waited for it.
            open.cancel();
        }
    }

    @Override
    public void consume(List<ByteBuffer> bytes, AsyncBody asyncBody) {
        arrived.add(new Part(bytes, false, Optional.empty()));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (current.isEmpty() && !over) {
            take();
        }
        ByteBuffer bytes = current.peek();
        if (bytes == null) {
            return -1;
        }
        int count = Math.min(length, bytes.remaining());
        bytes.get(target, offset, count);
        if (!bytes.hasRemaining()) {
            current.remove();
        }
        return count;
    }

    private void take() throws IOException {
        body.consume();
        Part part;
        try {
            part = arrived.poll(idle.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", e);
        }
        if (part == null) {
            throw new IOException("not a byte for " + idle.toMillis() + " ms");
        }
        if (part.failure().isPresent()) {
            Throwable failure = part.failure().get();
            throw new IOException("the connection broke: " + failure.getMessage(), failure);
        }
        over = part.end();
        part.bytes().stream().filter(ByteBuffer::hasRemaining).forEach(current::add);
    }

    /** Whoever reads sees the end after what has arrived; any thread. */
    void end() {
        arrived.add(new Part(List.of(), true, Optional.empty()));
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (body != null) {
            body.cancel();
            completion.cancel(false);
        }
    }
}
