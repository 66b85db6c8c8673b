package org.karst.pipeline;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import org.karst.incremental.Item;

/**
 * The one place that makes some kinds of items true in the world: observe, compare, apply the difference, report.
 *
 * <p>Laws: {@link #apply} is called on the writer's thread and does not block; it keeps what it needs and returns. While a
 * difference is under way, newer ones to the same item coalesce, so that memory is bounded by the number of items. What the
 * driver sees of the world it posts to the mailbox as facts. For each target it acknowledges the newest revision all of whose
 * items are true there.
 */
public interface Driver {
    /** Unique in the process; part of metrics and log lines. */
    String name();

    /** The classes of items that this driver takes; no other driver takes them. */
    Set<Class<? extends Item>> items();

    /**
     * The sources of the facts that this driver will tell because of an item: a node's bridge brings the attachments that its
     * database remembers. The writer expects those that it does not know before any driver hears of the item, so that
     * nobody removes what they may want.
     *
     * @param item one of {@link #items()} that was not wanted before
     */
    default Set<String> sources(Item item) {
        return Set.of();
    }

    /** How long what this driver does takes, by what it is: "bundle", "ADD". Called on the writer's thread, for metrics. */
    default SortedMap<String, Durations> times() {
        return Collections.emptySortedMap();
    }

    /** Called once, before anything else. */
    void start(Mailbox mailbox);

    /** What changed in one settlement among the items of this driver; the first batch after start holds all of them. */
    void apply(Batch batch);

    /** Ends what dies with the process. Nothing in the world is undone: that is what a difference is for. */
    void stop();
}
