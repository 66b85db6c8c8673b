package org.karst.openflow.internal.connection;

import com.google.common.util.concurrent.MoreExecutors;
import io.netty.channel.Channel;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import org.opendaylight.openflowjava.protocol.impl.core.PipelineHandlers;
import org.opendaylight.openflowjava.protocol.impl.core.TcpChannelInitializer;
import org.opendaylight.openflowjava.protocol.impl.core.connection.ConnectionAdapterFactory;
import org.opendaylight.openflowjava.protocol.impl.core.connection.ConnectionAdapterImpl;
import org.opendaylight.openflowjava.protocol.impl.core.connection.ConnectionFacade;

/** Prepares a new connection: openflowjava's handlers, with our gate in the place of its version detector. */
final class LinkInitializer extends TcpChannelInitializer {
    private static final AttributeKey<SwitchLink> LINK = AttributeKey.valueOf(LinkInitializer.class, "link");

    LinkInitializer(LinkListener listener) {
        super(new DefaultChannelGroup("karst-openflow", GlobalEventExecutor.INSTANCE), new Facades(listener));
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        super.initChannel(channel);
        if (channel.pipeline().get(PipelineHandlers.OF_VERSION_DETECTOR.name()) != null) {
            String detector = PipelineHandlers.OF_VERSION_DETECTOR.name();
            channel.pipeline()
                    .replace(
                            detector,
                            detector,
                            new VersionGate(channel.attr(LINK).get()));
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
            facade.setAlienMessageListener(adapter);
            facade.setMessageListener(adapter);
            facade.setSystemListener(adapter);
            facade.setConnectionReadyListener(() -> listener.opened(link));
            facade.setExecutorService(MoreExecutors.newDirectExecutorService());
            return facade;
        }
    }
}
