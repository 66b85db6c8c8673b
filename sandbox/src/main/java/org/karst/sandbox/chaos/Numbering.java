package org.karst.sandbox.chaos;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.karst.sandbox.chaos.StreamReport.Gap;

/** Which datagrams of a stream are on their way, and which were lost. Used by the thread of the traffic. */
final class Numbering {
    /** A datagram that is not back after this is lost. */
    static final long PATIENCE = Duration.ofSeconds(2).toNanos();

    /** More than are sent within the patience at the highest rate; a power of two. */
    private static final int WINDOW = 4096;

    private static final int SENT_BY_ONE_PORT = 500;
    /** Losses at most so many intervals apart are one gap. */
    private static final int ONE_GAP = 20;

    private final Stream stream;
    private final long interval;
    private final long[] sentAt = new long[WINDOW];
    private final BitSet back = new BitSet(WINDOW);
    private final List<Gap> gaps = new ArrayList<>();
    private final List<SelectionKey> retired = new ArrayList<>();
    private SelectionKey key;
    private int sentByThisPort;
    private int next;
    private int oldest;
    private long sent;
    private long answered;

    Numbering(Stream stream, long interval) {
        this.stream = stream;
        this.interval = interval;
    }

    Stream stream() {
        return stream;
    }

    DatagramChannel channel() {
        return (DatagramChannel) key.channel();
    }

    boolean wantsRenewal() {
        return sentByThisPort >= SENT_BY_ONE_PORT;
    }

    /** Sends by a new port from now on; the former ones stay open for answers on their way, the oldest ends. */
    void use(SelectionKey fresh) throws IOException {
        if (key != null) {
            retired.add(key);
        }
        int kept = Math.toIntExact(PATIENCE / interval / SENT_BY_ONE_PORT) + 1;
        while (retired.size() > kept) {
            retired.remove(0).channel().close();
        }
        key = fresh;
        sentByThisPort = 0;
    }

    /** Sends with another port the next time. */
    void failed() {
        sentByThisPort = SENT_BY_ONE_PORT;
    }

    /** The next number; it is on its way from now on. */
    int sent(long now) {
        expire(now);
        int number = next++;
        sentAt[number & WINDOW - 1] = now;
        back.clear(number & WINDOW - 1);
        sentByThisPort++;
        sent++;
        return number;
    }

    void answered(int number, long now) {
        expire(now);
        if (number - oldest >= 0 && number - next < 0 && !back.get(number & WINDOW - 1)) {
            back.set(number & WINDOW - 1);
            answered++;
        }
    }

    /** Judges those that are out of their time. */
    private void expire(long now) {
        while (oldest != next && (now - sentAt[oldest & WINDOW - 1] > PATIENCE || next - oldest >= WINDOW - 1)) {
            judgeOldest();
        }
    }

    private void judgeOldest() {
        int slot = oldest++ & WINDOW - 1;
        if (back.get(slot)) {
            return;
        }
        long at = sentAt[slot];
        Gap last = gaps.isEmpty() ? null : gaps.get(gaps.size() - 1);
        if (last != null && at - last.to() <= ONE_GAP * interval) {
            gaps.set(gaps.size() - 1, new Gap(last.from(), at, last.lost() + 1));
        } else {
            gaps.add(new Gap(at, at, 1));
        }
    }

    /** Whether something is still on its way. */
    boolean waits() {
        for (int number = oldest; number != next; number++) {
            if (!back.get(number & WINDOW - 1)) {
                return stream.kind() != Stream.Kind.FORBIDDEN;
            }
        }
        return false;
    }

    StreamReport report() {
        while (oldest != next) {
            judgeOldest();
        }
        return new StreamReport(stream, sent, answered, gaps);
    }
}
