package org.karst.openflow.internal.codec;

import java.util.Map;

/** Words for what a switch refuses (specification 1.5.1, section 7.5.4); the numbers stay visible for what is not here. */
final class RefusalText {
    private static final Map<Integer, String> TYPES = Map.ofEntries(
            Map.entry(0, "HELLO_FAILED"),
            Map.entry(1, "BAD_REQUEST"),
            Map.entry(2, "BAD_ACTION"),
            Map.entry(3, "BAD_INSTRUCTION"),
            Map.entry(4, "BAD_MATCH"),
            Map.entry(5, "FLOW_MOD_FAILED"),
            Map.entry(12, "METER_MOD_FAILED"),
            Map.entry(17, "BUNDLE_FAILED"),
            Map.entry(0xffff, "EXPERIMENTER"));

    private static final Map<Integer, String> CODES = Map.ofEntries(
            Map.entry(key(2, 0), "unknown action"),
            Map.entry(key(2, 1), "bad length"),
            Map.entry(key(2, 4), "bad port"),
            Map.entry(key(2, 5), "bad argument"),
            Map.entry(key(2, 10), "actions inconsistent with the match"),
            Map.entry(key(2, 13), "bad field"),
            Map.entry(key(2, 14), "bad value for a field"),
            Map.entry(key(3, 2), "bad table"),
            Map.entry(key(4, 6), "unknown field"),
            Map.entry(key(4, 7), "bad value"),
            Map.entry(key(4, 8), "bad mask"),
            Map.entry(key(4, 9), "a field lacks its prerequisite"),
            Map.entry(key(4, 10), "a field twice"),
            Map.entry(key(5, 1), "table full"),
            Map.entry(key(5, 2), "bad table"),
            Map.entry(key(12, 1), "meter exists"),
            Map.entry(key(12, 3), "unknown meter"),
            Map.entry(key(17, 4), "bundle out of memory"),
            Map.entry(key(17, 13), "a message of the bundle failed"),
            Map.entry(key(17, 15), "bundle in progress"));

    private RefusalText() {}

    private static int key(int type, int code) {
        return type << 16 | code;
    }

    static String of(int type, int code) {
        String name = TYPES.getOrDefault(type, "type " + type);
        String meaning = CODES.get(key(type, code));
        return name + " code " + code + (meaning == null ? "" : " (" + meaning + ")");
    }
}
