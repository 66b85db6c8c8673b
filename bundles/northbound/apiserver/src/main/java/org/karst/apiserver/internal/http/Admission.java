package org.karst.apiserver.internal.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.internal.api.KubernetesApi;
import org.karst.apiserver.internal.audit.AuditLog;
import org.karst.apiserver.internal.resource.Rejection;

/** Refuses strangers and broken requests as soon as their head is there, before a byte of a body is kept. */
// A write or close that fails ends the connection, which is noticed there and not at each future.
@SuppressWarnings("FutureReturnValueIgnored")
final class Admission extends ChannelInboundHandlerAdapter {
    private final Peer peer;
    private final Routes routes;
    private final AuditLog audit;
    private boolean refused;

    Admission(Peer peer, Routes routes, AuditLog audit) {
        this.peer = peer;
        this.routes = routes;
        this.audit = audit;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        boolean broken =
                message instanceof HttpObject part && part.decoderResult().isFailure();
        if (broken) {
            refused = true;
            ReferenceCountUtil.release(message);
            context.writeAndFlush(Answers.closing(
                            KubernetesApi.refusal(Rejection.badRequest("the request is not valid HTTP"))))
                    .addListener(ChannelFutureListener.CLOSE);
        } else if (message instanceof HttpRequest request && !isAdmitted(context, request)) {
            refused = true;
            WebResponse answer = KubernetesApi.refusal(Rejection.unauthorized());
            Answers.sendAndClose(context, answer, request);
            audit.record(Exchange.ofStranger(context, request).event(answer));
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    private boolean isAdmitted(ChannelHandlerContext context, HttpRequest request) {
        if (peer.caller(context, request).isPresent()) {
            return true;
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return false;
        }
        String path = RequestLine.parse(request.uri()).map(RequestLine::path).orElse("");
        return routes.find(path).map(handler -> handler.isPublic(path)).orElse(false);
    }
}
