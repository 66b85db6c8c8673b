package org.karst.openflow.internal.codec;

/**
 * A group as a switch describes it. No flow of ours names a group, so its buckets are nobody's concern.
 *
 * @param number the group's number
 * @param type as ovs-ofctl(8) writes it
 */
public record GroupDescription(int number, String type) {
    private static final String[] TYPES = {"all", "select", "indirect", "ff"};

    static GroupDescription of(int number, int type) {
        return new GroupDescription(number, type < TYPES.length ? TYPES[type] : Integer.toString(type));
    }

    @Override
    public String toString() {
        return "group_id=" + Integer.toUnsignedString(number) + ",type=" + type;
    }
}
