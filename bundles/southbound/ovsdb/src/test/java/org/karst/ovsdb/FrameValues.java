package org.karst.ovsdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads whatever a message may hold, as those do who asked for it. */
public final class FrameValues {
    private FrameValues() {}

    /** The values anywhere in a message that are notations of columns; what is none is refused by an {@link OvsdbException}. */
    public static List<Datum> in(Object message) {
        List<Datum> values = new ArrayList<>();
        collect(message, values);
        return values;
    }

    private static void collect(Object part, List<Datum> into) {
        try {
            into.add(Datum.read(part));
        } catch (OvsdbException refused) {
            if (part instanceof Map<?, ?> members) {
                members.values().forEach(member -> collect(member, into));
            } else if (part instanceof List<?> elements) {
                elements.forEach(element -> collect(element, into));
            }
        }
        try {
            Schema.read(part);
        } catch (OvsdbException refused) {
            // most parts are none
        }
    }
}
