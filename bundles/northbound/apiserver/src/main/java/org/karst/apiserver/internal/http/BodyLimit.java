package org.karst.apiserver.internal.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import org.karst.apiserver.internal.api.KubernetesApi;
import org.karst.apiserver.internal.resource.Rejection;

/** Puts requests together, up to a size. */
final class BodyLimit extends HttpObjectAggregator {
    private final int limit;

    BodyLimit(int limit) {
        super(limit);
        this.limit = limit;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        Answers.sendAndClose(context, KubernetesApi.refusal(Rejection.tooLarge(limit)), oversized);
    }
}
