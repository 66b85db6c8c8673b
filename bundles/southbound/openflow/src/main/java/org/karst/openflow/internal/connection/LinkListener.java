package org.karst.openflow.internal.connection;

import org.karst.openflow.internal.codec.InboundMessage;

/** Hears what happens to links; called on their threads, for one link one call after the other. */
public interface LinkListener {
    /** A switch has connected; nothing was said yet. */
    void opened(SwitchLink link);

    void received(SwitchLink link, InboundMessage message);

    /** The link has ended; said once. */
    void closed(SwitchLink link);
}
