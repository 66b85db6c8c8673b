package org.karst.openflow.internal.connection;

import io.netty.buffer.ByteBuf;
import org.karst.openflow.internal.codec.InboundMessage;
import org.karst.openflow.internal.codec.RequestEncoder;
import org.opendaylight.openflowjava.protocol.api.extensibility.AlienMessageListener;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.EchoRequestMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.ErrorMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.ExperimenterMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.FlowRemovedMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.HelloMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.MultipartReplyMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.OfHeader;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.OpenflowProtocolListener;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.PacketInMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.PortStatusMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.system.rev130927.DisconnectEvent;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.system.rev130927.SslConnectionError;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.system.rev130927.SwitchIdleEvent;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.system.rev130927.SystemNotificationsListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what openflowjava received for one link. Echo requests are answered here, on the link's own thread, so that a busy
 * driver does not look like a dead one; malformed messages end the link here.
 */
@SuppressWarnings({"deprecation", "removal"}) // openflowjava has no other listeners in this version
final class FacadeListener implements AlienMessageListener, OpenflowProtocolListener, SystemNotificationsListener {
    private static final Logger LOG = LoggerFactory.getLogger(FacadeListener.class);

    /** More than the largest bundle: a switch that is busy with one is not suspected. */
    private static final long MOST_WAITING = 16L << 20;

    private final SwitchLink link;
    private final LinkListener listener;

    FacadeListener(SwitchLink link, LinkListener listener) {
        this.link = link;
        this.listener = listener;
    }

    @Override
    public boolean onAlienMessage(OfHeader header) {
        if (header instanceof CarriedMessage carried) {
            receive(carried.message());
        }
        return true;
    }

    private void receive(InboundMessage message) {
        link.heard();
        if (message instanceof InboundMessage.EchoRequest && link.waitingBytes() > MOST_WAITING) {
            LOG.warn(
                    "switch at {} asks and does not read: {} bytes wait for it; its connection is closed",
                    link,
                    link.waitingBytes());
            link.close();
        } else if (message instanceof InboundMessage.EchoRequest echo) {
            ByteBuf reply = link.buffer();
            RequestEncoder.echoReply(reply, echo.xid(), echo.data());
            link.send(reply);
        } else if (message instanceof InboundMessage.Malformed malformed) {
            LOG.warn("switch at {} sent {}; its connection is closed", link, malformed.reason());
            link.close();
        } else {
            listener.received(link, message);
        }
    }

    @Override
    public void onDisconnectEvent(DisconnectEvent event) {
        listener.closed(link);
    }

    @Override
    public void onSwitchIdleEvent(SwitchIdleEvent event) {
        // The driver looks after silent links itself.
    }

    @Override
    public void onSslConnectionError(SslConnectionError error) {
        LOG.warn("switch at {} could not agree on TLS: {}", link, error.getInfo());
    }

    // What follows is for openflowjava's own message types, none of which is registered.

    @Override
    public void onHelloMessage(HelloMessage message) {}

    @Override
    public void onErrorMessage(ErrorMessage message) {}

    @Override
    public void onEchoRequestMessage(EchoRequestMessage message) {}

    @Override
    public void onExperimenterMessage(ExperimenterMessage message) {}

    @Override
    public void onPacketInMessage(PacketInMessage message) {}

    @Override
    public void onFlowRemovedMessage(FlowRemovedMessage message) {}

    @Override
    public void onPortStatusMessage(PortStatusMessage message) {}

    @Override
    public void onMultipartReplyMessage(MultipartReplyMessage message) {}
}
