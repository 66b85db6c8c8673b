package org.karst.cni.internal;

/** A reader that fails on one name of a network. */
public final class PlantedCallTarget {
    private PlantedCallTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        CallTarget.read(input).ifPresent(call -> {
            if (call.network().equals("kplanted")) {
                throw new IllegalStateException("planted");
            }
        });
    }
}
