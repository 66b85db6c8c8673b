package org.karst.bench.sides;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the kernel says of processes, proc(5). */
public final class Processes {
    private static final double MEGABYTE = 1024;

    private Processes() {}

    /** The numbers in files that daemons have written. */
    public static List<Long> numbers(List<Path> files) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (Path file : files) {
            numbers.add(Long.parseLong(Files.readString(file).strip()));
        }
        return numbers;
    }

    /** Resident memory of all of them together; shared pages count in each. */
    public static double residentMegabytes(List<Long> processes) throws IOException {
        double sum = 0;
        for (long process : processes) {
            sum += Files.readAllLines(Path.of("/proc", Long.toString(process), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / MEGABYTE)
                    .sum();
        }
        return sum;
    }
}
