package org.karst.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.karst.incremental.View;

/** What waits is the newest of each thing, and no more than was agreed. */
@Timeout(60)
class BacklogTest {
    private static final int MOST = 250;

    private final SlowMailbox mailbox = new SlowMailbox();
    private final List<String> written = new ArrayList<>();
    private final Backlog<String, String> backlog =
            new Backlog<>(mailbox, MOST, (older, newer) -> newer, (facts, news) -> {
                written.add(news);
                if (news.equals("bad")) {
                    throw new IllegalStateException("on purpose");
                }
            });

    /** A writer that takes a message when the test says so. */
    private static final class SlowMailbox implements Mailbox {
        private final Queue<Consumer<? super Facts>> messages = new ConcurrentLinkedQueue<>();

        /** Whether there was one. */
        boolean takeOne() {
            Consumer<? super Facts> message = messages.poll();
            if (message == null) {
                return false;
            }
            try {
                message.accept(null);
            } catch (IllegalStateException logged) {
                assertThat(logged).hasMessage("on purpose");
            }
            return true;
        }

        int takeAll() {
            int taken = 0;
            while (takeOne()) {
                taken++;
            }
            return taken;
        }

        @Override
        public void post(Lane lane, Consumer<? super Facts> message) {
            assertThat(lane).isEqualTo(Lane.FACTS);
            messages.add(message);
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
        public void acknowledge(Target target, long revision) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void packetIn(PacketIn packet) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void theNewestOfEachThingIsWrittenOnceInTheOrderOfTheirFirstNews() throws Exception {
        for (int i = 1; i <= 1_000; i++) {
            backlog.put("a", "a" + i);
            backlog.put("b", "b" + i);
        }
        assertThat(mailbox.messages).hasSize(1);
        mailbox.takeAll();
        assertThat(written).containsExactly("a1000", "b1000");
    }

    @Test
    void olderAndNewerNewsAreMerged() throws Exception {
        Backlog<String, Integer> sums =
                new Backlog<>(mailbox, MOST, Integer::sum, (facts, sum) -> written.add("" + sum));
        sums.put("a", 1);
        sums.put("a", 2);
        mailbox.takeAll();
        sums.put("a", 4);
        mailbox.takeAll();
        assertThat(written).containsExactly("3", "4");
    }

    @Test
    void oneMessageWritesAPartAndTheNextOneIsPostedBehindWhatCameMeanwhile() throws Exception {
        for (int i = 0; i < MOST; i++) {
            backlog.put("k" + i, "k" + i);
        }
        mailbox.post(Mailbox.Lane.FACTS, facts -> written.add("another"));
        assertThat(mailbox.takeAll()).isEqualTo(4);
        assertThat(written).hasSize(MOST + 1);
        assertThat(written.indexOf("another")).isEqualTo(Backlog.PART);
    }

    @Test
    void aMarkFollowsAllThatWasReadBeforeIt() throws Exception {
        for (int i = 0; i < MOST; i++) {
            backlog.put("k" + i, "old");
        }
        backlog.mark(facts -> written.add("mark 1"));
        backlog.mark(facts -> written.add("mark 2"));
        mailbox.takeOne();
        backlog.put("k0", "new");
        backlog.mark(facts -> written.add("mark 3"));
        mailbox.takeAll();
        assertThat(written).hasSize(MOST + 3).doesNotContain("mark 1");
        assertThat(written.subList(MOST, MOST + 3)).containsExactly("mark 2", "new", "mark 3");
    }

    @Test
    void aMarkAloneIsWrittenToo() {
        backlog.mark(facts -> written.add("mark"));
        mailbox.takeAll();
        assertThat(written).containsExactly("mark");
    }

    @Test
    void newsThatFailCostNobodyElseHisTurn() throws Exception {
        for (int i = 0; i < 10; i++) {
            backlog.put("k" + i, i % 3 == 0 ? "bad" : "good");
        }
        backlog.mark(facts -> written.add("mark"));
        mailbox.takeAll();
        assertThat(written).hasSize(11).endsWith("bad", "mark");
    }

    @Test
    void whoReadsFasterThanTheWriterWritesWaits() throws Exception {
        AtomicInteger read = new AtomicInteger();
        int total = 20 * MOST;
        Thread reader = new Thread(() -> {
            try {
                for (; read.get() < total; read.incrementAndGet()) {
                    backlog.put("k" + read.get(), "k" + read.get());
                }
                backlog.awaitWritten();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        reader.start();
        int most = 0;
        while (reader.isAlive()) {
            // While the reader still runs it is ahead of the writer by what waits, what is being taken, and one in his
            // hand.
            most = Math.max(most, read.get() - written.size());
            assertThat(mailbox.messages).hasSizeLessThanOrEqualTo(1);
            mailbox.takeOne();
        }
        assertThat(most).isLessThanOrEqualTo(2 * MOST);
        assertThat(written)
                .isEqualTo(IntStream.range(0, total).mapToObj(i -> "k" + i).toList());
    }

    @Test
    void aFullBacklogStillTakesNewerNewsOfWhatWaits() throws Exception {
        for (int i = 0; i < MOST; i++) {
            backlog.put("k" + i, "old");
        }
        backlog.put("k7", "new");
        mailbox.takeAll();
        assertThat(written).hasSize(MOST).contains("new");
    }

    @Test
    void whoWaitsCanBeInterrupted() throws Exception {
        for (int i = 0; i < MOST; i++) {
            backlog.put("k" + i, "old");
        }
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> backlog.put("one more", "new")).isInstanceOf(InterruptedException.class);
        mailbox.takeAll();
        assertThat(written).hasSize(MOST);
    }
}
