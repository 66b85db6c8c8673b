package org.karst.apiserver.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process in the middle of its writes, again and again, and looks whether what it had acknowledged is still there. */
class CrashTest {
    private static final int ROUNDS = 6;

    @TempDir
    Path directory;

    @Test
    void noAcknowledgedWriteIsLostByKill() throws Exception {
        Path file = directory.resolve("objects.mv.db");
        RandomGenerator random = RandomGeneratorFactory.of("SplittableRandom").create(42);
        Map<String, Long> acknowledged = new TreeMap<>();
        long revision = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int enough = 200 + random.nextInt(1500);
            killAfter(file, round, enough, acknowledged);
            try (Store store = Store.open(file, 1024 * 1024);
                    Snapshot snapshot = store.snapshot()) {
                assertThat(snapshot.revision()).isGreaterThan(revision);
                revision = snapshot.revision();
                for (Map.Entry<String, Long> write : acknowledged.entrySet()) {
                    byte[] json = snapshot.get(new ObjectKey("pods", "a", write.getKey()));
                    assertThat(json).as("object %s", write.getKey()).isNotNull();
                    String value = new String(json, StandardCharsets.UTF_8);
                    assertThat(Long.parseLong(value.substring(0, value.indexOf(' '))))
                            .as("generation of object %s", write.getKey())
                            .isBetween(write.getValue(), revision);
                    assertThat(revision).isGreaterThanOrEqualTo(write.getValue());
                }
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(100);
    }

    private void killAfter(Path file, int round, int enough, Map<String, Long> acknowledged)
            throws IOException, InterruptedException {
        // To a file and not a pipe: killing a process closes our end of its pipe, with lines still in it.
        Path output = directory.resolve("acknowledged-" + round);
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        file.toString(),
                        Integer.toString(round))
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            while (writer.isAlive() && lines(output).size() < enough) {
                Thread.sleep(5);
            }
        } finally {
            writer.destroyForcibly();
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        List<String> lines = lines(output);
        assertThat(lines).hasSizeGreaterThanOrEqualTo(enough);
        for (String line : lines) {
            if (line.endsWith(";")) {
                String[] parts = line.substring(0, line.length() - 1).split(" ", -1);
                acknowledged.merge(parts[0], Long.parseLong(parts[1]), Math::max);
            }
        }
    }

    private static List<String> lines(Path output) throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8).lines().toList();
    }

    /** Writes until it is killed; prints a line for each acknowledged write. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws InterruptedException {
            Store store = Store.open(Path.of(arguments[0]), 1024 * 1024);
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < 8; client++) {
                int number = client;
                Thread thread = new Thread(() -> write(store, arguments[1] + '-' + number), "client-" + client);
                clients.add(thread);
                thread.start();
            }
            for (Thread thread : clients) {
                thread.join();
            }
        }

        private static void write(Store store, String client) {
            for (int i = 0; true; i++) {
                String name = client + '-' + i % 50;
                long revision = store.write(transaction -> {
                            long next = transaction.next();
                            transaction.put(
                                    new ObjectKey("pods", "a", name),
                                    java.util.Optional.empty(),
                                    StoreTest.stored(next + " " + "x".repeat((int) (next % 3000))));
                            return next;
                        })
                        .join();
                synchronized (System.out) {
                    System.out.println(name + ' ' + revision + ';');
                    System.out.flush();
                }
            }
        }
    }
}
