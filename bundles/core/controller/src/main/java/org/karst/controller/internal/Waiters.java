package org.karst.controller.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.karst.incremental.Engine;
import org.karst.incremental.View;
import org.karst.pipeline.Target;

/** Those who wait until something holds and is true in the world. */
final class Waiters {
    private final List<Waiter<?>> waiters = new ArrayList<>();

    private static final class Waiter<T> {
        private final Function<? super View, Optional<T>> condition;
        private final UnaryOperator<Map<Target, Long>> targets;
        private final Instant deadline;
        private final CompletableFuture<T> result;
        private Optional<T> answer = Optional.empty();
        private Map<Target, Long> needed = Map.of();

        Waiter(
                Function<? super View, Optional<T>> condition,
                UnaryOperator<Map<Target, Long>> targets,
                Instant deadline,
                CompletableFuture<T> result) {
            this.condition = condition;
            this.targets = targets;
            this.deadline = deadline;
            this.result = result;
        }

        /** Asks the condition; when it holds, notes what each target must have acknowledged. */
        void ask(Engine engine, Map<Target, Long> changed) {
            Optional<T> now;
            try {
                now = engine.read(condition);
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
                return;
            }
            if (now.isPresent() && answer.isEmpty()) {
                needed = targets.apply(changed);
            }
            answer = now;
        }

        boolean ended(Map<Target, Long> acknowledged, Instant now) {
            if (result.isDone()) {
                return true;
            }
            if (answer.isPresent() && isAcknowledged(acknowledged)) {
                result.complete(answer.orElseThrow());
                return true;
            }
            if (deadline.isAfter(now)) {
                return false;
            }
            result.completeExceptionally(new TimeoutException(
                    answer.isEmpty()
                            ? "the world is not yet as it must be"
                            : "not acknowledged by " + behind(acknowledged)));
            return true;
        }

        private boolean isAcknowledged(Map<Target, Long> acknowledged) {
            for (Map.Entry<Target, Long> entry : needed.entrySet()) {
                if (isBehind(entry, acknowledged)) {
                    return false;
                }
            }
            return true;
        }

        private List<Target> behind(Map<Target, Long> acknowledged) {
            return needed.entrySet().stream()
                    .filter(entry -> isBehind(entry, acknowledged))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
        }

        private static boolean isBehind(Map.Entry<Target, Long> needed, Map<Target, Long> acknowledged) {
            return acknowledged.getOrDefault(needed.getKey(), 0L) < needed.getValue();
        }
    }

    /**
     * @param targets chooses, of the revisions in which each target's items changed last, those that must be acknowledged
     */
    <T> void add(
            Function<? super View, Optional<T>> condition,
            UnaryOperator<Map<Target, Long>> targets,
            Duration patience,
            Instant now,
            CompletableFuture<T> result,
            Engine engine,
            Map<Target, Long> changed) {
        Waiter<T> waiter = new Waiter<>(condition, targets, now.plus(patience), result);
        waiter.ask(engine, changed);
        waiters.add(waiter);
    }

    /** To be called after each settlement. */
    void ask(Engine engine, Map<Target, Long> changed) {
        waiters.forEach(waiter -> waiter.ask(engine, changed));
    }

    /** Ends those whose time has come. */
    void end(Map<Target, Long> acknowledged, Instant now) {
        waiters.removeIf(waiter -> waiter.ended(acknowledged, now));
    }

    /** When the next one loses patience. */
    Optional<Instant> next() {
        return waiters.stream().map(waiter -> waiter.deadline).min(Instant::compareTo);
    }

    /** What was changed by a driver, or by any. */
    static Map<Target, Long> ofDriver(Map<Target, Long> changed, Optional<String> driver) {
        Map<Target, Long> chosen = new HashMap<>(changed);
        driver.ifPresent(name -> chosen.keySet().removeIf(target -> !name.equals(target.driver())));
        return chosen;
    }

    /** One at a time: a container waits for its own node, and there may be a thousand. */
    static Map<Target, Long> ofTargets(Map<Target, Long> changed, Set<Target> targets) {
        Map<Target, Long> chosen = new HashMap<>();
        for (Target target : targets) {
            Long revision = changed.get(target);
            if (revision != null) {
                chosen.put(target, revision);
            }
        }
        return chosen;
    }
}
