package org.karst.controller.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.incremental.Item;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Subject;

/**
 * What a feature that guards had decided when its bundle went, to be remembered beyond the end of this process: without it connections that
 * it admitted or denied later would be judged by others alone.
 *
 * @param feature its name
 * @param verdicts by place, as in {@link DepartedFeature}
 */
record GuardVerdictsItem(String feature, SortedMap<String, Map<Subject, Long>> verdicts) implements Item {
    static final String KIND = "verdict";
    /** Kind, feature, place, node, container, interface, direction, verdict. */
    private static final int WORDS = 8;

    private static final int HEXADECIMAL = 16;

    GuardVerdictsItem {
        verdicts = Collections.unmodifiableSortedMap(new TreeMap<>(verdicts));
    }

    /** One verdict of one feature. */
    record Line(String feature, String place, Subject subject, long verdict) {}

    @Override
    public Object identity() {
        return KIND + " " + feature;
    }

    /** A line for each verdict, sorted. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        verdicts.forEach((place, values) -> values.forEach((subject, verdict) -> lines.add(String.join(
                " ",
                KIND,
                feature,
                place,
                subject.attachment().node(),
                subject.attachment().containerId(),
                subject.attachment().ifname(),
                subject.direction().name(),
                Long.toHexString(verdict)))));
        lines.sort(null);
        return lines;
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong
     */
    static Line parse(String line) {
        String[] words = line.strip().split(" +", -1);
        if (words.length != WORDS || !words[7].matches("[0-9a-f]{1,16}") || !words[6].matches("EGRESS|INGRESS")) {
            throw new IllegalArgumentException("'" + line
                    + "' should be verdict, feature, place, node, container, interface, EGRESS or INGRESS, and"
                    + " a number");
        }
        Subject subject = new Subject(new AttachmentKey(words[3], words[4], words[5]), Direction.valueOf(words[6]));
        return new Line(words[1], words[2], subject, Long.parseUnsignedLong(words[7], HEXADECIMAL));
    }
}
