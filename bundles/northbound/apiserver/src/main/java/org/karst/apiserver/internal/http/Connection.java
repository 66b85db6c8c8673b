package org.karst.apiserver.internal.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.karst.apiserver.Caller;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.internal.access.Access;
import org.karst.apiserver.internal.api.KubernetesApi;
import org.karst.apiserver.internal.audit.AuditLog;
import org.karst.apiserver.internal.resource.Rejection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: answers its requests in order. Runs on the connection's thread. */
// A write or close that fails ends the connection, which is noticed there and not at each future.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** How many requests a client may send ahead of the answers. */
    private static final int AHEAD = 8;

    private final Peer peer;
    private final Routes routes;
    private final Usage usage;
    private final AuditLog audit;
    private final Executor handlers;
    private final Queue<Exchange> waiting = new ArrayDeque<>();
    private boolean busy;
    private ResponseStream stream;

    Connection(Peer peer, Routes routes, Usage usage, AuditLog audit, Executor handlers) {
        this.peer = peer;
        this.routes = routes;
        this.usage = usage;
        this.audit = audit;
        this.handlers = handlers;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        if (waiting.size() >= AHEAD) {
            context.close();
            return;
        }
        waiting.add(Exchange.of(context, message, peer.caller(context, message).orElse(Caller.ANONYMOUS), routes));
        if (!busy) {
            next(context);
        }
    }

    private void next(ChannelHandlerContext context) {
        Exchange exchange = waiting.poll();
        busy = exchange != null;
        if (!busy) {
            return;
        }
        CompletableFuture<WebResponse> answer = new CompletableFuture<>();
        try {
            handlers.execute(() -> handle(exchange, answer));
        } catch (RejectedExecutionException e) {
            answer.complete(KubernetesApi.refusal(
                    Rejection.tooManyRequests("the server has received too many requests, please try again later")));
        }
        answer.whenComplete(
                (response, failure) -> context.executor().execute(() -> respond(context, exchange, response)));
    }

    private void handle(Exchange exchange, CompletableFuture<WebResponse> answer) {
        try {
            expectAllowed(exchange);
            CompletionStage<WebResponse> stage = exchange.handler().isPresent()
                    ? exchange.handler().get().answer(exchange.request())
                    : nothing(exchange.request());
            stage.whenComplete((response, failure) ->
                    answer.complete(response != null ? response : failed(exchange.request(), failure)));
        } catch (Rejection refused) {
            answer.complete(KubernetesApi.refusal(refused));
        } catch (RuntimeException | StackOverflowError e) {
            answer.complete(failed(exchange.request(), e));
        }
    }

    /** Before any handler hears of it; what a handler shows to everybody is for everybody. */
    private void expectAllowed(Exchange exchange) {
        if (!exchange.isFree()) {
            expectOwnName(exchange.request());
            usage.expectRequest(exchange.request().caller());
            Access.expect(exchange.request().caller(), exchange.action());
        }
    }

    /** Who asks as somebody else, who may do less, must not be answered as himself. */
    private static void expectOwnName(WebRequest request) {
        if (request.headers().keySet().stream().anyMatch(name -> name.startsWith("impersonate-"))) {
            throw Rejection.forbidden(
                    "User \"" + request.caller().name() + "\" cannot impersonate: this server knows no impersonation",
                    "",
                    "",
                    "");
        }
    }

    private static WebResponse failed(WebRequest request, Throwable failure) {
        LOG.error("{} {} failed", request.method(), request.path(), failure);
        return KubernetesApi.refusal(
                Rejection.internalError("the request could not be handled; the log of the server says why"));
    }

    private static CompletionStage<WebResponse> nothing(WebRequest request) {
        return CompletableFuture.completedFuture(
                request.path().isEmpty()
                        ? KubernetesApi.refusal(Rejection.badRequest("the request target is not a valid path"))
                        : WebResponse.text(404, "404 page not found\n"));
    }

    private void respond(ChannelHandlerContext context, Exchange exchange, WebResponse answer) {
        WebResponse response = answer;
        boolean watch = exchange.isWatch()
                && answer.stream().isPresent()
                && context.channel().isActive();
        if (watch) {
            try {
                usage.openWatch(exchange.request().caller());
            } catch (Rejection refused) {
                watch = false;
                answer.stream().get().accept(ResponseStream.ended(context));
                response = KubernetesApi.refusal(refused);
            }
        }
        audit.record(exchange.event(response));
        send(
                context,
                exchange,
                response,
                watch ? () -> usage.closeWatch(exchange.request().caller()) : () -> {});
    }

    /**
     * Sends an answer.
     *
     * @param over runs when the stream of the answer is over, however that came
     */
    private void send(ChannelHandlerContext context, Exchange exchange, WebResponse response, Runnable over) {
        boolean headOnly = exchange.request().method().equals(HttpMethod.HEAD.name());
        if (!context.channel().isActive() || headOnly) {
            // Whoever answered with a stream may hold something until it ends.
            response.stream().ifPresent(opened -> {
                opened.accept(ResponseStream.ended(context));
                over.run();
            });
        }
        if (!context.channel().isActive()) {
            return;
        }
        if (response.stream().isEmpty() || headOnly) {
            var written = context.writeAndFlush(Answers.whole(response, exchange.keepAlive(), headOnly));
            finish(context, exchange, written);
            return;
        }
        boolean keepAlive = exchange.keepAlive() && exchange.chunks();
        context.writeAndFlush(Answers.head(response, keepAlive, exchange.chunks()));
        stream = new ResponseStream(context, over, () -> {
            stream = null;
            if (keepAlive) {
                next(context);
            } else {
                context.close();
            }
        });
        try {
            response.stream().get().accept(stream);
        } catch (RuntimeException e) {
            LOG.error(
                    "{} {} failed",
                    exchange.request().method(),
                    exchange.request().path(),
                    e);
            context.close();
        }
    }

    private void finish(ChannelHandlerContext context, Exchange exchange, io.netty.channel.ChannelFuture written) {
        if (exchange.keepAlive()) {
            next(context);
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (stream != null && context.channel().isWritable()) {
            stream.run();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.clear();
        if (stream != null) {
            stream.closed();
            stream = null;
        }
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && !busy) {
            context.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean ordinary = cause instanceof IOException || cause instanceof io.netty.handler.codec.CodecException;
        if (ordinary) {
            LOG.debug("A connection from {} ended", context.channel().remoteAddress(), cause);
        } else {
            LOG.warn("A connection from {} failed", context.channel().remoteAddress(), cause);
        }
        context.close();
    }
}
