package org.karst.openflow.internal.codec;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.karst.pipeline.Action;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Match;

/** One flow of a dump: struct ofp_flow_desc with its statistics (specification 1.5.1, sections 7.3.5.2 and 7.2.4). */
final class FlowDescriptionDecoder {
    private static final int STATISTICS_CLASS = 0x8002;
    private static final int DURATION = 0;
    private static final int PACKETS = 4;
    private static final int BYTES = 5;

    private FlowDescriptionDecoder() {}

    /** Reads what follows the length of the description. */
    static FlowDescription read(ByteBuf in) {
        in.skipBytes(2);
        int table = in.readUnsignedByte();
        in.skipBytes(1);
        int priority = in.readUnsignedShort();
        int idleTimeout = in.readUnsignedShort();
        int hardTimeout = in.readUnsignedShort();
        in.skipBytes(4);
        Cookie cookie = new Cookie(in.readLong());
        ByteBuf match = Oxm.sliceMatch(in);
        ByteBuf statistics = sliceStatistics(in);
        long packets = 0;
        long bytes = 0;
        Duration age = Duration.ZERO;
        while (statistics.isReadable()) {
            int header = statistics.readInt();
            ByteBuf value = statistics.readSlice(header & 0xff);
            if (header >>> 16 == STATISTICS_CLASS) {
                switch (header >>> 9 & 0x7f) {
                    case DURATION -> age = Duration.ofSeconds(value.readUnsignedInt(), value.readUnsignedInt());
                    case PACKETS -> packets = value.readLong();
                    case BYTES -> bytes = value.readLong();
                    default -> {
                        // idle time and flow count: nobody asks
                    }
                }
            }
        }
        boolean permanent = idleTimeout == 0 && hardTimeout == 0;
        return new FlowDescription(
                table, priority, cookie, match(match), permanent ? actions(in) : Optional.empty(), packets, bytes, age);
    }

    private static ByteBuf sliceStatistics(ByteBuf in) {
        in.skipBytes(2);
        int length = in.readUnsignedShort();
        ByteBuf fields = in.readSlice(length - 4);
        in.skipBytes(Padding.to8(length));
        return fields;
    }

    private static Optional<Match> match(ByteBuf in) {
        try {
            return Optional.of(Oxm.readFields(in));
        } catch (UnsupportedContentException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<Action>> actions(ByteBuf in) {
        try {
            return Optional.of(List.copyOf(ActionDecoder.readInstructions(in)));
        } catch (UnsupportedContentException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
