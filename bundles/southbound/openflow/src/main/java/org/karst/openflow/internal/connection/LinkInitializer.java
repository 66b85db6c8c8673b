package org.karst.openflow.internal.connection;

import com.google.common.util.concurrent.MoreExecutors;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.opendaylight.openflowjava.protocol.impl.core.PipelineHandlers;
import org.opendaylight.openflowjava.protocol.impl.core.TcpChannelInitializer;
import org.opendaylight.openflowjava.protocol.impl.core.connection.ConnectionAdapterFactory;
import org.opendaylight.openflowjava.protocol.impl.core.connection.ConnectionAdapterImpl;
import org.opendaylight.openflowjava.protocol.impl.core.connection.ConnectionFacade;

/**
 * Prepares a new connection: openflowjava's handlers, with our gates in the places of its frame decoder and version detector.
 */
final class LinkInitializer extends TcpChannelInitializer {
    private static final AttributeKey<SwitchLink> LINK = AttributeKey.valueOf(LinkInitializer.class, "link");
    private static final AttributeKey<ConnectionFacade> FACADE = AttributeKey.valueOf(LinkInitializer.class, "facade");

    private final Optional<TlsGate> tls;

    LinkInitializer(LinkListener listener, Optional<TlsGate> tls) {
        super(new DefaultChannelGroup("karst-openflow", GlobalEventExecutor.INSTANCE), new Facades(listener));
        this.tls = tls;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        super.initChannel(channel);
        ChannelPipeline pipeline = channel.pipeline();
        String frames = PipelineHandlers.OF_FRAME_DECODER.name();
        String versions = PipelineHandlers.OF_VERSION_DETECTOR.name();
        if (pipeline.get(versions) != null) {
            SwitchLink link = channel.attr(LINK).get();
            pipeline.replace(frames, frames, new FrameGate(channel.attr(FACADE).get(), link));
            pipeline.replace(versions, versions, new VersionGate(link));
            tls.ifPresent(gate -> gate.guard(channel, link));
        }
    }

    /** Makes the facade through which openflowjava hands over what it received, and binds it to our listener. */
    private record Facades(LinkListener listener) implements ConnectionAdapterFactory {
        @Override
        public ConnectionFacade createConnectionFacade(
                Channel channel, InetSocketAddress address, boolean useBarrier, int queueSize) {
            SwitchLink link = new SwitchLink(channel);
            channel.attr(LINK).set(link);
            ConnectionFacade facade = new ConnectionAdapterImpl(channel, address, useBarrier, queueSize);
            FacadeListener adapter = new FacadeListener(link, listener);
            channel.attr(FACADE).set(facade);
            facade.setAlienMessageListener(adapter);
            facade.setMessageListener(adapter);
            facade.setSystemListener(adapter);
            facade.setConnectionReadyListener(() -> listener.opened(link));
            facade.setExecutorService(MoreExecutors.newDirectExecutorService());
            return facade;
        }
    }
}
