package org.karst.controller.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps {@link GuardStageItem}s and {@link GuardVerdictsItem}s in a file, so that the next process knows what must stay in force without its bundle. */
final class GuardFile implements Driver {
    private static final Logger LOG = LoggerFactory.getLogger(GuardFile.class);

    private static final String NAME = "guards";
    private static final Target TARGET = new Target(NAME, "");
    private static final List<String> HEAD = List.of(
            "# Stages that stay in force though their bundle is away. The server keeps this file:",
            "# karst:release FEATURE --open takes a feature's stages out of force, and out of here.");

    private final Path file;
    /** Lines of items, by identity. */
    private final SortedMap<String, List<String>> wanted = new TreeMap<>();

    private final ExecutorService disk;
    private Mailbox mailbox;

    GuardFile(Path file) {
        this.file = file;
        disk = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "karst-guards");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * What a file says; nothing if there is no file.
     *
     * @throws IllegalArgumentException with a sentence if it cannot be read: whoever went on without it might open what it guards
     */
    static Guards read(Path file) {
        if (!Files.exists(file)) {
            return Guards.NONE;
        }
        try {
            return Guards.parse(Files.readAllLines(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot read which guards are in force from " + file + ": " + e.getMessage()
                            + "; mend that line, or remove it if what it guards may be open",
                    e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of(GuardStageItem.class, GuardVerdictsItem.class);
    }

    @Override
    public void start(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    @Override
    public void apply(Batch batch) {
        if (batch.changes().isEmpty()) {
            return;
        }
        for (Change change : batch.changes()) {
            String identity = (String) change.identity();
            if (change.after() instanceof GuardStageItem stage) {
                wanted.put(identity, List.of(stage.line()));
            } else if (change.after() instanceof GuardVerdictsItem verdicts) {
                wanted.put(identity, verdicts.lines());
            } else {
                wanted.remove(identity);
            }
        }
        List<String> lines = new ArrayList<>(HEAD);
        wanted.values().forEach(lines::addAll);
        disk.execute(() -> write(lines, batch.revision()));
    }

    private void write(List<String> lines, long revision) {
        try {
            if (!Files.exists(file) || !Files.readAllLines(file).equals(lines)) {
                Path next = file.resolveSibling(file.getFileName() + ".next");
                try (FileChannel channel = FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
                    channel.write(StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n"));
                    channel.force(true);
                }
                Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
            mailbox.acknowledge(TARGET, revision);
        } catch (IOException e) {
            LOG.error(
                    "{} could not be written, so the next start does not know which guards are in force: {}",
                    file,
                    e.getMessage());
        }
    }

    @Override
    public void stop() {
        disk.shutdown();
    }
}
