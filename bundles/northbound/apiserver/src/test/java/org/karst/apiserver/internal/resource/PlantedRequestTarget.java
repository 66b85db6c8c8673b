package org.karst.apiserver.internal.resource;

/** A reader that fails on one text anywhere in an object. */
public final class PlantedRequestTarget {
    private PlantedRequestTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        RequestTarget.read(input).ifPresent(object -> {
            if (object.toString().contains("kplanted")) {
                throw new IllegalStateException("planted");
            }
        });
    }
}
