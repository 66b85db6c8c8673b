package org.karst.openflow.internal.codec;

/** OpenFlow aligns most things to 64 bits. */
final class Padding {
    private Padding() {}

    /** How many zero bytes follow something of this length. */
    static int to8(int length) {
        return -length & 7;
    }
}
