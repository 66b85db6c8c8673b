package org.karst.ovsdb.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FileRegion;
import io.netty.channel.nio.AbstractNioByteChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * A unix domain socket on the plain NIO event loop.
 *
 * <p>Netty 4.1 offers unix sockets only through its native transports; the JDK has had them since 16 as ordinary selectable
 * channels. This class is the missing piece between the two (see ADR 0020).
 */
final class UnixSocketChannel extends AbstractNioByteChannel {
    private final ChannelConfig config = new DefaultChannelConfig(this);

    UnixSocketChannel() {
        super(null, open());
    }

    private static SocketChannel open() {
        try {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new ChannelException("This machine gives no unix domain socket: " + e.getMessage(), e);
        }
    }

    @Override
    protected SocketChannel javaChannel() {
        return (SocketChannel) super.javaChannel();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isActive() {
        return javaChannel().isOpen() && javaChannel().isConnected();
    }

    @Override
    protected boolean doConnect(SocketAddress remote, SocketAddress local) throws Exception {
        boolean connected = javaChannel().connect(remote);
        if (!connected) {
            selectionKey().interestOps(SelectionKey.OP_CONNECT);
        }
        return connected;
    }

    @Override
    protected void doFinishConnect() throws Exception {
        if (!javaChannel().finishConnect()) {
            throw new IOException("the connection was neither made nor refused");
        }
    }

    @Override
    protected int doReadBytes(ByteBuf buffer) throws Exception {
        return buffer.writeBytes(javaChannel(), buffer.writableBytes());
    }

    @Override
    protected int doWriteBytes(ByteBuf buffer) throws Exception {
        return buffer.readBytes(javaChannel(), buffer.readableBytes());
    }

    @Override
    protected long doWriteFileRegion(FileRegion region) throws Exception {
        return region.transferTo(javaChannel(), region.transferred());
    }

    @Override
    protected boolean isInputShutdown0() {
        return !isActive();
    }

    @Override
    protected ChannelFuture shutdownInput() {
        return close(); // a database connection has no use for one direction
    }

    @Override
    protected SocketAddress localAddress0() {
        try {
            return javaChannel().getLocalAddress();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    protected SocketAddress remoteAddress0() {
        try {
            return javaChannel().getRemoteAddress();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    protected void doBind(SocketAddress local) throws Exception {
        javaChannel().bind(local);
    }

    @Override
    protected void doDisconnect() throws Exception {
        doClose();
    }

    @Override
    protected void doClose() throws Exception {
        super.doClose();
        javaChannel().close();
    }
}
