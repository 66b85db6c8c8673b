package org.karst.apiserver.internal.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.karst.apiserver.Caller;
import org.karst.apiserver.WebHandler;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.internal.access.Action;
import org.karst.apiserver.internal.audit.AuditEvent;

/**
 * A request with what its answer depends on.
 *
 * @param request the request
 * @param handler who answers it, if anybody
 * @param action what it wants
 * @param uri its target as it was sent
 * @param source the client's IP address
 * @param received when its last byte came
 * @param keepAlive whether the connection goes on afterwards
 * @param chunks whether the client understands a body in chunks
 */
record Exchange(
        WebRequest request,
        Optional<WebHandler> handler,
        Action action,
        String uri,
        String source,
        Instant received,
        boolean keepAlive,
        boolean chunks) {
    private static final byte[] NOTHING = {};
    /** So much of a text by the client is written down. */
    private static final int LONGEST_NOTE = 1_024;

    /** One that is whole. */
    static Exchange of(ChannelHandlerContext context, FullHttpRequest message, Caller caller, Routes routes) {
        Optional<RequestLine> line = RequestLine.parse(message.uri());
        return of(
                context,
                message,
                line,
                caller,
                line.flatMap(found -> routes.find(found.path())),
                ByteBufUtil.getBytes(message.content()));
    }

    /** One of somebody who is not let in. */
    static Exchange ofStranger(ChannelHandlerContext context, HttpRequest message) {
        return of(context, message, RequestLine.parse(message.uri()), Caller.ANONYMOUS, Optional.empty(), NOTHING);
    }

    private static Exchange of(
            ChannelHandlerContext context,
            HttpRequest message,
            Optional<RequestLine> line,
            Caller caller,
            Optional<WebHandler> handler,
            byte[] body) {
        Map<String, String> headers = new HashMap<>();
        message.headers()
                .forEach(field -> headers.merge(
                        field.getKey().toLowerCase(Locale.ROOT), field.getValue(), (a, b) -> a + ", " + b));
        headers.remove("authorization");
        WebRequest request = new WebRequest(
                message.method().name(),
                line.map(RequestLine::path).orElse(""),
                line.map(RequestLine::query).orElse(Map.of()),
                headers,
                body,
                caller);
        String source =
                context.channel().remoteAddress() instanceof InetSocketAddress address && address.getAddress() != null
                        ? address.getAddress().getHostAddress()
                        : "";
        return new Exchange(
                request,
                handler,
                Action.of(request.method(), request.path(), request.query()),
                message.uri(),
                source,
                Instant.now(),
                HttpUtil.isKeepAlive(message),
                message.protocolVersion().isKeepAliveDefault()
                        && message.protocolVersion().equals(HttpVersion.HTTP_1_1));
    }

    /** Whether its handler shows what it asks for to everybody. */
    boolean isFree() {
        return request.path().isEmpty()
                || handler.map(found -> found.isPublic(request.path())).orElse(false);
    }

    boolean isWatch() {
        return action.verb().equals("watch");
    }

    private static String cut(String text) {
        return text.length() > LONGEST_NOTE ? text.substring(0, LONGEST_NOTE) + "..." : text;
    }

    /** What is to be written down of it. */
    AuditEvent event(WebResponse answer) {
        return new AuditEvent(
                request.caller(),
                action,
                cut(uri),
                cut(request.header("user-agent").orElse("")),
                source,
                received,
                Instant.now(),
                answer.stream().isPresent(),
                answer.status(),
                answer.status() >= 400 ? answer.body() : NOTHING);
    }
}
