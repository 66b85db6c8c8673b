package org.karst.ovsdb.internal;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.json.JsonObjectDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.karst.ovsdb.ClientSettings;
import org.karst.ovsdb.Endpoint;

/** Makes connections to one endpoint, all on one event loop. */
public final class Connector {
    private final Endpoint endpoint;
    private final ClientSettings settings;
    private final EventLoop loop;

    /** A connector; it does nothing yet. */
    public Connector(Endpoint endpoint, ClientSettings settings, EventLoop loop) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.loop = loop;
    }

    /** Where the server listens. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Times and bounds. */
    public ClientSettings settings() {
        return settings;
    }

    /** The loop on which everything happens. */
    public EventLoop loop() {
        return loop;
    }

    /** Starts to connect; the listener hears how it went, not before this method has returned. */
    public Session connect(Session.Listener listener) {
        Session session = new Session(settings, endpoint instanceof Endpoint.Tls, listener);
        loop.execute(() -> {
            try {
                bootstrap(session).connect(address()).addListener(result -> {
                    if (!result.isSuccess()) {
                        session.end("No connection: " + sentence(result.cause()));
                    }
                });
            } catch (SSLException | RuntimeException e) {
                session.end("No connection: " + sentence(e));
            }
        });
        return session;
    }

    private static String sentence(Throwable cause) {
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return message + (message.endsWith(".") ? "" : ".");
    }

    private Bootstrap bootstrap(Session session) throws SSLException {
        boolean unix = endpoint instanceof Endpoint.Unix;
        // read at each connect: certificates are renewed while the process lives
        Optional<SslContext> tls =
                endpoint instanceof Endpoint.Tls files ? Optional.of(tlsContext(files)) : Optional.empty();
        ChannelFactory<Channel> factory = unix ? UnixSocketChannel::new : NioSocketChannel::new;
        return new Bootstrap()
                .group(loop)
                .channelFactory(factory)
                .disableResolver()
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(settings.connectTimeout().toMillis()))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
                        channel.pipeline().addLast(new JsonObjectDecoder(settings.largestMessage()), session);
                    }
                });
    }

    private static SslContext tlsContext(Endpoint.Tls files) throws SSLException {
        return SslContextBuilder.forClient()
                .keyManager(files.certificate().toFile(), files.privateKey().toFile())
                .trustManager(files.authority().toFile())
                .endpointIdentificationAlgorithm(null) // Open vSwitch's certificates name no host
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
    }

    private SocketAddress address() {
        if (endpoint instanceof Endpoint.Unix unix) {
            return UnixDomainSocketAddress.of(unix.socket());
        }
        return endpoint instanceof Endpoint.Tcp tcp
                ? inet(tcp.host(), tcp.port())
                : inet(((Endpoint.Tls) endpoint).host(), ((Endpoint.Tls) endpoint).port());
    }

    private static InetSocketAddress inet(String host, int port) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        if (address == null) {
            throw new IllegalArgumentException("\"" + host + "\" is no IP address (names are not looked up)");
        }
        return new InetSocketAddress(address, port);
    }
}
