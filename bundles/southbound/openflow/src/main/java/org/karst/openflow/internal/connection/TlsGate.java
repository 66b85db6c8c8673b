package org.karst.openflow.internal.connection;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;
import org.karst.openflow.TlsFiles;
import org.opendaylight.openflowjava.protocol.impl.core.PipelineHandlers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears only switches with a certificate that the authority has signed. openflowjava's own TLS wants Java key stores with
 * passwords; this takes the PEM files that the switches have.
 */
final class TlsGate {
    private static final Logger LOG = LoggerFactory.getLogger(TlsGate.class);

    private final SslContext context;

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException if they are no certificates or no key
     */
    TlsGate(TlsFiles files) {
        try {
            context = SslContextBuilder.forServer(
                            files.certificate().toFile(), files.privateKey().toFile())
                    .sslProvider(SslProvider.JDK)
                    .trustManager(files.authority().toFile())
                    .clientAuth(ClientAuth.REQUIRE)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("org.karst.openflow: cannot use " + files + ": " + e.getMessage(), e);
        }
    }

    /** Guards a channel, whose other handlers are there already. */
    void guard(SocketChannel channel, SwitchLink link) {
        SslHandler handler = context.newHandler(channel.alloc());
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                LOG.warn(
                        "switch at {} could not agree on TLS: {}",
                        link,
                        done.cause().getMessage());
                link.close();
            }
        });
        channel.pipeline().addFirst(PipelineHandlers.SSL_HANDLER.name(), handler);
    }
}
