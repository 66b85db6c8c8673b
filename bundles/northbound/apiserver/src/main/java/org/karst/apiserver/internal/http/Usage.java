package org.karst.apiserver.internal.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.karst.apiserver.Caller;
import org.karst.apiserver.RequestLimits;
import org.karst.apiserver.Role;
import org.karst.apiserver.internal.resource.Rejection;

/** How much each user asks: requests in a second by a bucket of tokens, watches by counting. Any thread. */
final class Usage {
    private static final long SECOND = 1_000_000_000;
    private static final int BURST_SECONDS = 2;

    private final RequestLimits limits;
    private final LongSupplier nanoTime;
    private final Map<String, User> users = new ConcurrentHashMap<>();

    /** What one user has left; guarded by itself. */
    private static final class User {
        private double left;
        private long refilled;
        private int watches;
    }

    Usage(RequestLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    private User user(Caller caller) {
        return users.computeIfAbsent(caller.name(), name -> {
            User user = new User();
            user.left = (double) limits.perSecond() * BURST_SECONDS;
            user.refilled = nanoTime.getAsLong();
            return user;
        });
    }

    /**
     * Counts a request.
     *
     * @throws Rejection 429 if the user has none left now
     */
    void expectRequest(Caller caller) {
        if (caller.groups().contains(Role.ADMIN.group())) {
            return;
        }
        User user = user(caller);
        synchronized (user) {
            long now = nanoTime.getAsLong();
            double gained = (double) (now - user.refilled) / SECOND * limits.perSecond();
            user.left = Math.min((double) limits.perSecond() * BURST_SECONDS, user.left + gained);
            user.refilled = now;
            if (user.left < 1) {
                throw Rejection.tooManyRequests("user \"" + caller.name() + "\" has made more than "
                        + limits.perSecond() + " requests in a second, please try again later");
            }
            user.left--;
        }
    }

    /**
     * Counts a watch, until {@link #closeWatch}.
     *
     * @throws Rejection 429 if the user has as many as there may be
     */
    void openWatch(Caller caller) {
        User user = user(caller);
        synchronized (user) {
            if (user.watches >= limits.watches()) {
                throw Rejection.tooManyRequests("user \"" + caller.name() + "\" has " + user.watches
                        + " watches open, which is the most that one may have, please close some of them");
            }
            user.watches++;
        }
    }

    void closeWatch(Caller caller) {
        User user = user(caller);
        synchronized (user) {
            user.watches--;
        }
    }
}
