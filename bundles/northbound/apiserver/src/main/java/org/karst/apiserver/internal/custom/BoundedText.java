package org.karst.apiserver.internal.custom;

import java.util.regex.Pattern;

/**
 * A text that may be looked at only so often. Patterns come from definitions, and Java's matcher goes back and forth where the real server's
 * does not: without a bound one value could hold up all writes.
 */
final class BoundedText implements CharSequence {
    private static final long LOOKS = 5_000_000;

    private final CharSequence text;
    private final long[] left;

    private static final class TooMuchWork extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooMuchWork() {
            super(null, null, false, false);
        }
    }

    private BoundedText(CharSequence text, long[] left) {
        this.text = text;
        this.left = left;
    }

    /** Whether a pattern is found in a text; false, too, if that cannot be told with reasonable effort. */
    static boolean contains(String text, Pattern pattern) {
        try {
            return pattern.matcher(new BoundedText(text, new long[] {LOOKS})).find();
        } catch (TooMuchWork | StackOverflowError e) {
            return false;
        }
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        if (--left[0] < 0) {
            throw new TooMuchWork();
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new BoundedText(text.subSequence(start, end), left);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
