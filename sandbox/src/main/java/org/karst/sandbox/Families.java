package org.karst.sandbox;

/** The IP families that nodes and pods have. */
public enum Families {
    IPV4(true, false),
    IPV6(false, true),
    DUAL(true, true);

    private final boolean four;
    private final boolean six;

    Families(boolean four, boolean six) {
        this.four = four;
        this.six = six;
    }

    public boolean four() {
        return four;
    }

    public boolean six() {
        return six;
    }
}
