package org.karst.openflow.internal.node;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.karst.openflow.internal.codec.RequestEncoder;
import org.karst.openflow.internal.connection.SwitchLink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links of switches that have not said yet who they are, or that nobody wants yet. After a start of this process the switches are
 * often here before the facts that name them: one that is sent away comes back after up to eight seconds, so it waits
 * instead. Confined to the driver's thread.
 */
public final class Lobby {
    private static final Logger LOG = LoggerFactory.getLogger(Lobby.class);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
    private static final long BETWEEN_LOG_LINES = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_STRANGERS = 1_000;

    /** A link that waits: since when, and which switch it is if it said so. */
    private record Guest(long since, Optional<Long> datapathId) {}

    private final Map<SwitchLink, Guest> waiting = new HashMap<>();
    /** When a stranger was last written about: it comes back every few seconds. */
    private final Map<Long, Long> strangers = new HashMap<>();

    /** Greets a switch and asks who it is. */
    public void enter(SwitchLink link) {
        waiting.put(link, new Guest(System.nanoTime(), Optional.empty()));
        ByteBuf out = link.buffer();
        RequestEncoder.hello(out, link.nextXid());
        RequestEncoder.featuresRequest(out, link.nextXid());
        link.send(out);
    }

    public void leave(SwitchLink link) {
        waiting.remove(link);
    }

    /** Lets a switch wait that nobody wants yet. */
    public void keep(SwitchLink link, long datapathId) {
        long now = System.nanoTime();
        waiting.put(link, new Guest(now, Optional.of(datapathId)));
    }

    /** The link of a switch that somebody wants now, if it waits here; it waits no longer. */
    public Optional<SwitchLink> claim(long datapathId) {
        Optional<SwitchLink> link = waiting.entrySet().stream()
                .filter(guest -> guest.getValue().datapathId().equals(Optional.of(datapathId)))
                .map(Map.Entry::getKey)
                .findFirst();
        link.ifPresent(waiting::remove);
        return link;
    }

    /** Closes those that are silent, or not wanted, for too long; the switch will try again. */
    public void tick() {
        long now = System.nanoTime();
        strangers.values().removeIf(last -> now - last > BETWEEN_LOG_LINES);
        waiting.entrySet().removeIf(entry -> {
            boolean late = now - entry.getValue().since() > PATIENCE;
            if (late) {
                entry.getValue()
                        .datapathId()
                        .ifPresentOrElse(
                                datapathId -> tellOfStranger(entry.getKey(), datapathId, now),
                                () -> LOG.warn(
                                        "{} did not say which switch it is within 10 s; it is closed", entry.getKey()));
                entry.getKey().close();
            }
            return late;
        });
    }

    private void tellOfStranger(SwitchLink link, long datapathId, long now) {
        if (strangers.size() < MOST_STRANGERS && strangers.putIfAbsent(datapathId, now) == null) {
            LOG.warn(
                    "a switch at {} with datapath id {} belongs to no known node; it is closed until it does",
                    link,
                    String.format("%016x", datapathId));
        }
    }
}
