package org.karst.bench.report;

/**
 * What has to hold of a figure, or of its ratio to that of the peer.
 *
 * @param kind what is compared, and how
 * @param limit with what
 */
public record Bar(Kind kind, double limit) {
    /** The comparisons. */
    public enum Kind {
        BELOW("<"),
        AT_LEAST(">="),
        EXACTLY("="),
        RATIO_AT_MOST("ratio <=");

        private final String sign;

        Kind(String sign) {
            this.sign = sign;
        }
    }

    /** The figure is less than this. */
    public static Bar below(double limit) {
        return new Bar(Kind.BELOW, limit);
    }

    /** The figure is this or more. */
    public static Bar atLeast(double limit) {
        return new Bar(Kind.AT_LEAST, limit);
    }

    /** The figure is this, such as no flow left over. */
    public static Bar exactly(double figure) {
        return new Bar(Kind.EXACTLY, figure);
    }

    /** The figure is at most this many times that of the peer. */
    public static Bar ratioAtMost(double ratio) {
        return new Bar(Kind.RATIO_AT_MOST, ratio);
    }

    /** Whether the bar is for the ratio, so that it needs a peer. */
    boolean isForRatio() {
        return switch (kind) {
            case BELOW, AT_LEAST, EXACTLY -> false;
            case RATIO_AT_MOST -> true;
        };
    }

    /** Whether a figure, or a ratio where the bar is for that, takes it. */
    boolean isMetBy(double value) {
        return switch (kind) {
            case BELOW -> value < limit;
            case AT_LEAST -> value >= limit;
            case EXACTLY -> value == limit;
            case RATIO_AT_MOST -> value <= limit;
        };
    }

    @Override
    public String toString() {
        return kind.sign + " " + Row.number(limit);
    }
}
