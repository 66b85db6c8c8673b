package org.karst.openflow.internal.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import org.opendaylight.openflowjava.protocol.impl.core.OFFrameDecoder;
import org.opendaylight.openflowjava.protocol.impl.core.connection.ConnectionFacade;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cuts the bytes into messages; ends the link of a switch whose message is shorter than a header. */
final class FrameGate extends OFFrameDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(FrameGate.class);
    private static final int LENGTH_AT = 2;

    private final SwitchLink link;

    FrameGate(ConnectionFacade facade, SwitchLink link) {
        super(facade, false);
        this.link = link;
    }

    /** A reset connection or a failed handshake is nothing to be surprised at. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.info("the connection of the switch at {} failed: {}", link, cause.getMessage());
        link.close();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() >= LENGTH_OF_HEADER) {
            int length = in.getUnsignedShort(in.readerIndex() + LENGTH_AT);
            if (length < LENGTH_OF_HEADER) {
                LOG.warn("switch at {} sent a message of {} bytes; its connection is closed", link, length);
                in.skipBytes(in.readableBytes());
                link.close();
                return;
            }
        }
        super.decode(context, in, out);
    }
}
