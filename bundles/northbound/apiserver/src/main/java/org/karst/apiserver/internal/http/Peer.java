package org.karst.apiserver.internal.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.karst.apiserver.Caller;

/**
 * Who is at the other end of one connection: who its client certificate says, which the TLS layer has verified, or else who the token of
 * each request says.
 */
// A close that fails ends the connection all the same.
@SuppressWarnings("FutureReturnValueIgnored")
final class Peer {
    private final Credentials credentials;
    private Optional<Caller> certified;

    Peer(Credentials credentials) {
        this.credentials = credentials;
    }

    /** Who asks; empty if that is not known. */
    Optional<Caller> caller(ChannelHandlerContext context, HttpRequest request) {
        if (certified == null) {
            certified = certificate(context.pipeline().get(SslHandler.class)).flatMap(certificate -> {
                endAt(context, Instant.now(), certificate.getNotAfter().toInstant());
                return named(certificate.getSubjectX500Principal());
            });
        }
        return certified.isPresent()
                ? certified
                : credentials.caller(request.headers().get(HttpHeaderNames.AUTHORIZATION));
    }

    /** A connection does not outlive what it was let in by, nor does a watch on it. */
    static void endAt(ChannelHandlerContext context, Instant now, Instant end) {
        long left = Math.max(0, Duration.between(now, end).toMillis());
        var task = context.executor().schedule(() -> context.close(), left, TimeUnit.MILLISECONDS);
        context.channel().closeFuture().addListener(closed -> task.cancel(false));
    }

    private static Optional<X509Certificate> certificate(SslHandler tls) {
        try {
            Certificate[] chain = tls.engine().getSession().getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? Optional.of(certificate)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** The common name is the user, the organizations are the groups. */
    static Optional<Caller> named(X500Principal subject) {
        String name = "";
        List<String> groups = new ArrayList<>();
        try {
            for (Rdn part : new LdapName(subject.getName(X500Principal.RFC2253)).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String text) {
                    name = text;
                } else if (part.getType().equalsIgnoreCase("O") && part.getValue() instanceof String text) {
                    groups.add(text);
                }
            }
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
        groups.add(Caller.AUTHENTICATED);
        return name.isEmpty() ? Optional.empty() : Optional.of(new Caller(name, groups));
    }
}
