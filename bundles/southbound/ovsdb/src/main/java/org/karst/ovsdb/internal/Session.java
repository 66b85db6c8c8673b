package org.karst.ovsdb.internal;

import com.fasterxml.jackson.core.JacksonException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.karst.ovsdb.ClientSettings;
import org.karst.ovsdb.OvsdbException;

/**
 * One connection's JSON-RPC 1.0 (RFC 7047 section 4): requests and their answers, notifications, echo both ways.
 *
 * <p>All methods are called on the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails is seen as the end of the channel
public final class Session extends SimpleChannelInboundHandler<ByteBuf> {

    /** Who asked; called on the event loop, once. */
    @FunctionalInterface
    public interface Answer {
        /**
         * The answer.
         *
         * @param result plain Java values; null if the request failed, and also where the server answers null
         * @param failure null if the request succeeded
         */
        void take(Object result, OvsdbException failure);
    }

    /** Who uses the session. */
    public interface Listener {
        /** Requests can be made. */
        void opened(Session session);

        /** The server said something unasked: "update3", "locked", … */
        void notified(String method, List<?> parameters);

        /** The connection is gone; all pending requests have failed. Called once, also if it never opened. */
        void closed(String reason);
    }

    private record Pending(String method, Answer answer, Future<?> timeout) {}

    private static final String PROBE = "echo";
    /** More than the largest transaction: a server that is busy with one is not suspected. */
    private static final long MOST_WAITING = 16L << 20;

    private final ClientSettings settings;
    private final boolean tls;
    private final Listener listener;
    private final Map<Long, Pending> pending = new HashMap<>();
    private ChannelHandlerContext context;
    private long lastId;
    private boolean heard;
    private boolean probing;
    private boolean closed;
    private boolean answered;
    private String reason;

    Session(ClientSettings settings, boolean tls, Listener listener) {
        super(ByteBuf.class);
        this.settings = settings;
        this.tls = tls;
        this.listener = listener;
    }

    /** Whether the server has ever answered on this connection; a mere listener on the port does not count. */
    public boolean answered() {
        return answered;
    }

    /** Sends a request; the answer is a failure if the server refuses, does not answer in time (which ends the connection), or is lost. */
    public void request(String method, List<?> parameters, Answer answer) {
        if (closed || context == null) {
            answer.take(null, new OvsdbException("not connected", "No connection to the OVSDB server."));
            return;
        }
        long id = ++lastId;
        Future<?> timeout = context.executor()
                .schedule(() -> timedOut(id), settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
        pending.put(id, new Pending(method, answer, timeout));
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("method", method);
        message.put("params", parameters);
        message.put("id", id);
        send(message);
    }

    /** Ends the connection, for this reason. */
    public void close(String why) {
        if (reason == null) {
            reason = why;
        }
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        if (reason != null) {
            ctx.close(); // the client was closed while the connection was made
        } else if (!tls) {
            open();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                open();
            } else {
                close("The TLS handshake with the OVSDB server failed: " + firstLine(handshake.cause()));
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private void open() {
        scheduleProbe();
        listener.opened(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end("The OVSDB server closed the connection.");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean lost = cause instanceof IOException && !(cause instanceof JacksonException);
        close((lost ? "The connection to the OVSDB server broke: " : "The OVSDB server sent what is no JSON-RPC: ")
                + firstLine(cause));
    }

    private static String firstLine(Throwable cause) {
        String message =
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
        return message.lines().findFirst().orElse("");
    }

    /** Also called when connecting failed, so that a listener always hears of the end. */
    void end(String fallback) {
        if (closed) {
            return;
        }
        closed = true;
        String why = reason == null ? fallback : reason;
        List<Pending> lost = List.copyOf(pending.values());
        pending.clear();
        for (Pending request : lost) {
            request.timeout.cancel(false);
            request.answer.take(
                    null,
                    new OvsdbException("connection lost", "The answer to " + request.method + " is lost: " + why));
        }
        listener.closed(why);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf frame) throws IOException {
        if (closed || reason != null) {
            return; // what follows garbage in the same buffer is garbage too
        }
        heard = true;
        if (!(Json.read(frame) instanceof Map<?, ?> message)) {
            throw new OvsdbException("protocol error", "a message must be a JSON object");
        }
        if (message.get("method") instanceof String method) {
            List<?> parameters = message.get("params") instanceof List<?> list ? list : List.of();
            Object id = message.get("id");
            if (id == null) {
                listener.notified(method, parameters);
            } else {
                answer(id, method, parameters);
            }
        } else if (message.get("id") instanceof Long id) {
            answered(id, message.get("result"), message.get("error"));
        } else if (PROBE.equals(message.get("id"))) {
            answered = true;
        } else if (message.get("id") != null || message.get("error") == null) {
            throw new OvsdbException(
                    "protocol error", "a message has neither a method nor the id of a request of ours");
        } else {
            throw new OvsdbException("protocol error", "the server reports: " + message.get("error"));
        }
    }

    /** The server may ask only for an echo (RFC 7047 section 4.1.11). */
    private void answer(Object id, String method, List<?> parameters) {
        if (context.channel().bytesBeforeWritable() > MOST_WAITING) {
            close("The OVSDB server asks and does not read: "
                    + context.channel().bytesBeforeWritable() + " bytes wait for it.");
            return;
        }
        boolean echo = method.equals("echo");
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("result", echo ? parameters : null);
        message.put("error", echo ? null : "unknown method");
        send(message);
    }

    private void answered(long id, Object result, Object error) {
        answered = true;
        Pending request = pending.remove(id);
        if (request == null) {
            return; // timed out before
        }
        request.timeout.cancel(false);
        if (error == null) {
            request.answer.take(result, null);
        } else {
            request.answer.take(null, refusal(request.method, error));
        }
    }

    private static OvsdbException refusal(String method, Object error) {
        if (error instanceof Map<?, ?> object && object.get("error") instanceof String tag) {
            Object details = object.get("details");
            return new OvsdbException(
                    tag, "The OVSDB server refused " + method + ": " + tag + (details == null ? "" : ": " + details));
        }
        return new OvsdbException(String.valueOf(error), "The OVSDB server refused " + method + ": " + error);
    }

    /** A server that leaves one request alone cannot be trusted with the next: what it did is unknown until asked anew. */
    private void timedOut(long id) {
        Pending request = pending.remove(id);
        if (request != null) {
            String why = "The OVSDB server did not answer " + request.method + " within "
                    + settings.requestTimeout().toMillis() + " ms.";
            request.answer.take(null, new OvsdbException("no answer", why));
            close(why);
        }
    }

    private void send(Map<String, Object> message) {
        ByteBuf buffer = context.alloc().buffer();
        try (OutputStream out = new ByteBufOutputStream(buffer)) {
            Json.write(message, out);
        } catch (IOException e) {
            buffer.release();
            throw new IllegalStateException("Writing to memory failed", e);
        }
        context.writeAndFlush(buffer);
    }

    private void scheduleProbe() {
        context.executor().schedule(this::probe, settings.inactivityProbe().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void probe() {
        if (closed) {
            return;
        }
        if (heard) {
            probing = false;
        } else if (probing) {
            close("The OVSDB server did not answer an echo within "
                    + settings.inactivityProbe().toMillis() + " ms.");
            return;
        } else {
            probing = true;
            send(new LinkedHashMap<>(Map.of("method", "echo", "params", List.of(), "id", PROBE)));
        }
        heard = false;
        scheduleProbe();
    }
}
