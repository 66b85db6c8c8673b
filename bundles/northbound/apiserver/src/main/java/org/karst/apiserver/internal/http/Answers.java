package org.karst.apiserver.internal.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import org.karst.apiserver.WebResponse;

/** Turns answers of handlers into HTTP messages. */
// A write or close that fails ends the connection, which is noticed there and not at each future.
@SuppressWarnings("FutureReturnValueIgnored")
final class Answers {
    private static final int LINGER_SECONDS = 2;

    private Answers() {}

    /** An answer with a whole body; to a HEAD request only its length is sent. */
    static FullHttpResponse whole(WebResponse answer, boolean keepAlive, boolean headOnly) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        fill(response, answer, keepAlive);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        return response;
    }

    /** An answer after which the connection ends. */
    static FullHttpResponse closing(WebResponse answer) {
        return whole(answer, false, false);
    }

    /**
     * Sends an answer after which the connection ends. Of a client that is still sending the rest is taken and thrown away for a moment:
     * ended at once, it would see a broken connection and not the answer.
     */
    static void sendAndClose(ChannelHandlerContext context, WebResponse answer, HttpMessage request) {
        boolean more = HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
        ChannelFuture written = context.writeAndFlush(closing(answer));
        if (more) {
            context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** The head of an answer whose body follows in chunks. */
    static HttpResponse head(WebResponse answer, boolean keepAlive, boolean chunks) {
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
        fill(response, answer, keepAlive);
        if (chunks) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return response;
    }

    private static void fill(HttpResponse response, WebResponse answer, boolean keepAlive) {
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-cache, private");
        response.headers().set("x-content-type-options", "nosniff");
        answer.headers().forEach(response.headers()::set);
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }
}
