package org.karst.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.incremental.Table;
import org.karst.incremental.View;
import org.karst.pipeline.Facts;
import org.karst.pipeline.LinkState;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;

/** Keeps the newest revision that was acknowledged for a node, and how its links fare; a driver of the host says nothing else. */
final class Acknowledgements implements Mailbox {
    private final AtomicLong newest = new AtomicLong(-1);
    private final SortedMap<String, LinkState> links = new ConcurrentSkipListMap<>();
    private final String node;

    Acknowledgements(String node) {
        this.node = node;
    }

    long newest() {
        return newest.get();
    }

    void await(long revision) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (newest.get() < revision) {
            assertThat(System.nanoTime())
                    .as("waited 60 s for revision " + revision)
                    .isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Override
    public void acknowledge(Target target, long revision) {
        assertThat(target).isEqualTo(HostDriver.target(node));
        newest.accumulateAndGet(revision, Math::max);
    }

    /** What was told of links, by the node's end. */
    SortedMap<String, LinkState> links() {
        return links;
    }

    @Override
    public void post(Lane lane, Consumer<? super Facts> message) {
        message.accept(new LinkFacts());
    }

    /** A world of links alone. */
    private final class LinkFacts implements Facts {
        @Override
        public <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row) {
            assertThat(table).isSameAs(World.LINKS);
            links.put(((PortKey) key).name(), (LinkState) row);
        }

        @Override
        public <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row, Instant deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <K extends Comparable<? super K>> void remove(Table<K, ?> table, K key) {
            assertThat(table).isSameAs(World.LINKS);
            links.remove(((PortKey) key).name());
        }

        @Override
        public <K extends Comparable<? super K>, R> Optional<R> row(Table<K, R> table, K key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <K extends Comparable<? super K>, R> SortedMap<K, R> rows(Table<K, R> table) {
            // only to remove all of them when the driver ends
            links.clear();
            return new TreeMap<>();
        }

        @Override
        public <T> T settled(Function<? super View, ? extends T> question) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void synced(String source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void expect(String source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void forget(String source) {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public <T> CompletionStage<T> read(Function<? super View, ? extends T> question) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> CompletionStage<T> await(
            Function<? super View, Optional<T>> condition, Set<Target> targets, Duration patience) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void packetIn(PacketIn packet) {
        throw new UnsupportedOperationException();
    }
}
