package org.karst.openflow.internal.node;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.karst.openflow.internal.codec.RequestEncoder;
import org.karst.openflow.internal.connection.SwitchLink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Links of switches that have not said yet who they are. Confined to the driver's thread. */
public final class Lobby {
    private static final Logger LOG = LoggerFactory.getLogger(Lobby.class);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
    private static final long BETWEEN_LOG_LINES = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_STRANGERS = 1_000;

    private final Map<SwitchLink, Long> waiting = new HashMap<>();
    /** When a stranger was last written about: it comes back every few seconds. */
    private final Map<Long, Long> strangers = new HashMap<>();

    /** Greets a switch and asks who it is. */
    public void enter(SwitchLink link) {
        waiting.put(link, System.nanoTime());
        ByteBuf out = link.buffer();
        RequestEncoder.hello(out, link.nextXid());
        RequestEncoder.featuresRequest(out, link.nextXid());
        link.send(out);
    }

    public void leave(SwitchLink link) {
        waiting.remove(link);
    }

    /** Sends a switch away that nobody wants; it will try again. */
    public void reject(SwitchLink link, long datapathId) {
        waiting.remove(link);
        long now = System.nanoTime();
        strangers.values().removeIf(last -> now - last > BETWEEN_LOG_LINES);
        if (strangers.size() < MOST_STRANGERS && strangers.putIfAbsent(datapathId, now) == null) {
            LOG.warn(
                    "a switch at {} with datapath id {} belongs to no known node; it is closed until it does",
                    link,
                    String.format("%016x", datapathId));
        }
        link.close();
    }

    /** Closes those that are silent for too long. */
    public void tick() {
        long now = System.nanoTime();
        waiting.entrySet().removeIf(entry -> {
            boolean late = now - entry.getValue() > PATIENCE;
            if (late) {
                LOG.warn("{} did not say which switch it is within 10 s; it is closed", entry.getKey());
                entry.getKey().close();
            }
            return late;
        });
    }
}
