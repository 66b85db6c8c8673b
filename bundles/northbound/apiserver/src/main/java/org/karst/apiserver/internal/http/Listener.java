package org.karst.apiserver.internal.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.karst.apiserver.ApiServerSettings;
import org.karst.apiserver.internal.audit.AuditLog;

/** The listening socket, its threads and its connections. */
// A write or close that fails ends the connection, which is noticed there and not at each future.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Listener implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final int HANDLER_THREADS = 4;
    private static final int WAITING_REQUESTS = 1024;
    private static final int CONNECTIONS = 4096;
    private static final int IDLE_SECONDS = 180;
    private static final int FIRST_LINE = 16 * 1024;
    private static final int HEADERS = 32 * 1024;

    private final NioEventLoopGroup threads =
            new NioEventLoopGroup(IO_THREADS, new DefaultThreadFactory("karst-apiserver-io", true));
    private final ThreadPoolExecutor handlers;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel socket;

    private Listener(
            ApiServerSettings settings,
            Certificates certificates,
            Credentials credentials,
            Routes routes,
            AuditLog audit)
            throws IOException {
        Usage usage = new Usage(settings.limits(), System::nanoTime);
        handlers = new ThreadPoolExecutor(
                HANDLER_THREADS,
                HANDLER_THREADS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_REQUESTS),
                new DefaultThreadFactory("karst-apiserver-handler", true));
        handlers.allowCoreThreadTimeOut(true);
        SslContext tls = SslContextBuilder.forServer(
                        new OneKey(certificates.serverKey(), certificates.server(), certificates.authority()))
                // Named, or else the JDK would read its whole store of public authorities first.
                .trustManager(certificates.authority())
                // Whoever has none shows a token.
                .clientAuth(ClientAuth.OPTIONAL)
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
        ChannelInitializer<Channel> initializer = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (connections.size() >= CONNECTIONS) {
                    channel.close();
                    return;
                }
                connections.add(channel);
                Peer peer = new Peer(credentials);
                HttpDecoderConfig limits = new HttpDecoderConfig()
                        .setMaxInitialLineLength(FIRST_LINE)
                        .setMaxHeaderSize(HEADERS);
                channel.pipeline()
                        .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS))
                        .addLast(tls.newHandler(channel.alloc()))
                        .addLast(new HttpServerCodec(limits))
                        .addLast(new Admission(peer, routes, audit))
                        .addLast(new BodyLimit(settings.limits().bodyBytes()))
                        .addLast(new Connection(peer, routes, usage, audit, handlers));
            }
        };
        try {
            socket = new ServerBootstrap()
                    .group(threads)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_BACKLOG, 512)
                    .option(ChannelOption.AUTO_READ, false)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 256 * 1024))
                    .childHandler(initializer)
                    .bind(new InetSocketAddress(settings.address(), settings.port()))
                    .syncUninterruptibly()
                    .channel();
        } catch (Exception e) {
            close();
            throw new IOException(
                    "cannot listen on " + settings.address() + " port " + settings.port() + ": " + e.getMessage(), e);
        }
    }

    /** Has the address from now on; who connects waits until it is {@linkplain #open() open}. */
    public static Listener bind(
            ApiServerSettings settings,
            Certificates certificates,
            Credentials credentials,
            Routes routes,
            AuditLog audit)
            throws IOException {
        return new Listener(settings, certificates, credentials, routes, audit);
    }

    /** Serves those who connect. */
    public void open() {
        socket.config().setAutoRead(true);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.localAddress();
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        handlers.shutdown();
        threads.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
