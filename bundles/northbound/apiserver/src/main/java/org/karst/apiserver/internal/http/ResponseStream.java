package org.karst.apiserver.internal.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.karst.apiserver.WebStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open body of an answer. Runs on the connection's thread except {@link #wake()}. */
// A write or close that fails ends the connection, which is noticed there and not at each future.
@SuppressWarnings("FutureReturnValueIgnored")
final class ResponseStream implements WebStream {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseStream.class);

    private final ChannelHandlerContext context;
    private final Runnable whenOver;
    private final Runnable ended;
    private final AtomicBoolean awake = new AtomicBoolean();
    private Runnable pump = () -> {};
    private Runnable onClosed = () -> {};
    private ScheduledFuture<?> alarm;
    private boolean over;

    /**
     * @param whenOver runs when it is over, whoever ended it
     * @param ended runs after the body was ended in good order
     */
    ResponseStream(ChannelHandlerContext context, Runnable whenOver, Runnable ended) {
        this.context = context;
        this.whenOver = whenOver;
        this.ended = ended;
    }

    /** A stream that was over before it began. */
    static ResponseStream ended(ChannelHandlerContext context) {
        ResponseStream stream = new ResponseStream(context, () -> {}, () -> {});
        stream.over = true;
        return stream;
    }

    @Override
    public void pump(Runnable newPump, Runnable newOnClosed) {
        if (over) {
            newOnClosed.run();
            return;
        }
        pump = newPump;
        onClosed = newOnClosed;
        wake();
    }

    @Override
    public void wake() {
        if (awake.compareAndSet(false, true)) {
            try {
                context.executor().execute(this::run);
            } catch (RejectedExecutionException e) {
                // The listener is closing; so is this stream.
                LOG.debug("A stream could not be woken", e);
            }
        }
    }

    @Override
    public void wakeAfter(Duration delay) {
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarm = context.executor().schedule(this::run, Math.max(1, delay.toMillis()), TimeUnit.MILLISECONDS);
    }

    void run() {
        awake.set(false);
        if (over) {
            return;
        }
        try {
            pump.run();
        } catch (RuntimeException e) {
            LOG.error("A stream failed", e);
            context.close();
        }
        context.flush();
    }

    @Override
    public boolean isWritable() {
        return !over && context.channel().isWritable();
    }

    @Override
    public void write(byte[]... parts) {
        context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(parts)), context.voidPromise());
    }

    @Override
    public void end() {
        if (!over) {
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            closed();
            ended.run();
        }
    }

    /** The stream is over, whoever ended it. */
    void closed() {
        if (!over) {
            over = true;
            if (alarm != null) {
                alarm.cancel(false);
            }
            onClosed.run();
            whenOver.run();
        }
    }
}
