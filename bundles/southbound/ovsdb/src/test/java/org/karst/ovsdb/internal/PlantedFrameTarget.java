package org.karst.ovsdb.internal;

/** A reader that fails on one number in a value. */
public final class PlantedFrameTarget {
    private PlantedFrameTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        FrameTarget.read(input).forEach(value -> {
            if (value.toString().contains("kplanted")) {
                throw new IllegalStateException("planted");
            }
        });
    }
}
