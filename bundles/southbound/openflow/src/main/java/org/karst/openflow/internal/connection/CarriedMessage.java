package org.karst.openflow.internal.connection;

import org.karst.openflow.internal.codec.InboundMessage;
import org.karst.openflow.internal.codec.RequestEncoder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.openflow.protocol.rev130731.OfHeader;
import org.opendaylight.yangtools.yang.common.Uint32;
import org.opendaylight.yangtools.yang.common.Uint8;

/** A message of ours in the shape in which openflowjava carries messages. */
record CarriedMessage(InboundMessage message) implements OfHeader {
    /** OpenFlow 1.5. */
    static final Uint8 VERSION = Uint8.valueOf(RequestEncoder.VERSION);

    @Override
    public Class<? extends OfHeader> implementedInterface() {
        return CarriedMessage.class;
    }

    @Override
    public Uint8 getVersion() {
        return VERSION;
    }

    @Override
    public Uint32 getXid() {
        return Uint32.fromIntBits(message.xid());
    }
}
