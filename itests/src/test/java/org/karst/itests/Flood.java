package org.karst.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.karst.sandbox.SandboxCluster;

/**
 * More edits than can be followed: pods that exist in watches alone change their labels, and with them who may talk to whom. Policies of the
 * workload name them, so each edit that is seen changes flows.
 */
final class Flood {
    private static final int PODS = 1_000;
    private static final int EDITS_PER_SECOND = 5_000;
    private static final int PARTS_PER_SECOND = 10;

    private final SandboxCluster cluster;
    private final ApiProxy proxy;
    private final SplittableRandom random = new SplittableRandom(1);
    private long told;
    private long largest;

    Flood(SandboxCluster cluster, ApiProxy proxy) {
        this.cluster = cluster;
        this.proxy = proxy;
    }

    /** Edits for so long, at the rate or as fast as they are read; answers how many. Each pod is edited once at least. */
    long edit(Duration time) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        told = 0;
        while (System.nanoTime() - begin < time.toNanos()) {
            StringBuilder events = new StringBuilder();
            for (int i = 0; i < EDITS_PER_SECOND / PARTS_PER_SECOND; i++) {
                long pod = told < PODS ? told : random.nextInt(PODS);
                events.append(event("MODIFIED", pod, random.nextBoolean() ? "client" : "stranger"));
                told++;
            }
            proxy.tell("pods", events.toString().getBytes(StandardCharsets.UTF_8));
            largest = Math.max(largest, resident());
            long due = begin + told * TimeUnit.SECONDS.toNanos(1) / EDITS_PER_SECOND;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
        }
        return told;
    }

    /** All of them are gone. */
    void end() {
        StringBuilder events = new StringBuilder();
        for (int pod = 0; pod < PODS; pod++) {
            events.append(event("DELETED", pod, "stranger"));
        }
        proxy.tell("pods", events.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** One event of a watch; it moves no position, since the API does not know of it. */
    private static String event(String type, long pod, String role) {
        return String.format(
                Locale.ROOT,
                "{\"type\":\"%s\",\"object\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"chaos\","
                        + "\"name\":\"flood-%d\",\"uid\":\"flood-%d\",\"labels\":{\"role\":\"%s\"}},"
                        + "\"spec\":{\"nodeName\":\"node-%d\"},"
                        + "\"status\":{\"phase\":\"Running\",\"podIPs\":[{\"ip\":\"10.131.%d.%d\"}]}}}%n",
                type,
                pod,
                pod,
                role,
                1 + pod % 3,
                pod / 250,
                1 + pod % 250);
    }

    /** The most memory that the server's process was seen to have while it was told, in MB. */
    long largest() {
        return largest;
    }

    /** Memory that the server's process has, in MB. */
    long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(cluster.serverPid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
