package org.karst.pipeline;

import java.util.Objects;

/**
 * One place in the world that a driver serves.
 *
 * @param driver {@link Driver#name}
 * @param place a node's name, or "" where there is only one
 */
public record Target(String driver, String place) implements Comparable<Target> {
    public Target {
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(place, "place");
    }

    @Override
    public int compareTo(Target other) {
        int order = driver.compareTo(other.driver);
        return order == 0 ? place.compareTo(other.place) : order;
    }

    @Override
    public String toString() {
        return place.isEmpty() ? driver : driver + "/" + place;
    }
}
