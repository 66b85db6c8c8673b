package org.karst.sandbox.oracle;

/**
 * A place where two answers differ.
 *
 * @param path in the answer: {@code status}, {@code warning}, or {@code body} with the members below it
 * @param real what the real server says there
 * @param karst what Karst says there
 */
public record Difference(String path, String real, String karst) {
    /** What stands for a member that is not there. */
    public static final String ABSENT = "(absent)";

    private static final int LONGEST = 400;

    @Override
    public String toString() {
        return path + "\n        real   " + shortened(real) + "\n        karst  " + shortened(karst);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
