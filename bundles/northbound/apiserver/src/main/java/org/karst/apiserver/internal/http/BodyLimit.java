package org.karst.apiserver.internal.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import org.karst.apiserver.internal.api.KubernetesApi;
import org.karst.apiserver.internal.resource.Rejection;

/** Puts requests together, up to a size. */
// A write or close that fails ends the connection, which is noticed there and not at each future.
@SuppressWarnings("FutureReturnValueIgnored")
final class BodyLimit extends HttpObjectAggregator {
    private final int limit;

    BodyLimit(int limit) {
        super(limit);
        this.limit = limit;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        context.writeAndFlush(Answers.closing(KubernetesApi.refusal(Rejection.tooLarge(limit))))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
