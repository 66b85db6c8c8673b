package org.karst.openflow.internal.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import org.opendaylight.openflowjava.protocol.impl.core.OFVersionDetector;
import org.opendaylight.openflowjava.protocol.impl.core.VersionMessageWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets OpenFlow 1.5 pass, and ends the link of a switch that does not speak it. Takes the place of openflowjava's version
 * detector, which knows 1.0 and 1.3.
 */
final class VersionGate extends OFVersionDetector {
    private static final Logger LOG = LoggerFactory.getLogger(VersionGate.class);
    private static final int HELLO = 0;
    private static final int HEADER = 8;
    private static final int VERSION_BITMAP = 1;

    private final SwitchLink link;

    VersionGate(SwitchLink link) {
        this.link = link;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int length = in.readableBytes();
        int start = in.readerIndex();
        int version = length < HEADER ? -1 : in.getUnsignedByte(start);
        boolean hello = version >= 0 && in.getUnsignedByte(start + 1) == HELLO;
        int ours = CarriedMessage.VERSION.toJava();
        if (version == ours || hello && offers(in.slice(start + HEADER, length - HEADER), version, ours)) {
            in.skipBytes(1);
            out.add(new VersionMessageWrapper(CarriedMessage.VERSION, in.readRetainedSlice(length - 1)));
            return;
        }
        in.skipBytes(length);
        if (hello) {
            LOG.warn(
                    "switch at {} does not speak OpenFlow 1.5 (its highest version is {}): set protocols=OpenFlow15 on its"
                            + " bridge",
                    link,
                    version);
        } else {
            LOG.warn("switch at {} sent {} bytes that are no OpenFlow 1.5; its connection is closed", link, length);
        }
        link.close();
    }

    /** Whether a hello offers a version: by its bitmap, or without one because its own version is as high. */
    private static boolean offers(ByteBuf elements, int highest, int version) {
        while (elements.readableBytes() >= 8) {
            int type = elements.readUnsignedShort();
            int length = elements.readUnsignedShort();
            if (type == VERSION_BITMAP) {
                return (elements.readInt() & 1 << version) != 0;
            }
            int rest = Math.max(0, length - 4);
            elements.skipBytes(Math.min(rest + (-length & 7), elements.readableBytes()));
        }
        return highest >= version;
    }
}
