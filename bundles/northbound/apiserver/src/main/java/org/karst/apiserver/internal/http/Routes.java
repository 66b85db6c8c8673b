package org.karst.apiserver.internal.http;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.karst.apiserver.WebHandler;

/** The handlers on the listener, which come and go while it runs. */
public final class Routes {
    private final List<WebHandler> handlers = new CopyOnWriteArrayList<>();

    /** Serves the paths of a handler from now on. */
    public void add(WebHandler handler) {
        handlers.add(handler);
    }

    /** Serves them no more. */
    public void remove(WebHandler handler) {
        handlers.remove(handler);
    }

    /** The handler with the longest prefix of a path. */
    Optional<WebHandler> find(String path) {
        WebHandler best = null;
        int longest = -1;
        for (WebHandler handler : handlers) {
            for (String prefix : handler.prefixes()) {
                if (prefix.length() > longest && isUnder(path, prefix)) {
                    best = handler;
                    longest = prefix.length();
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private static boolean isUnder(String path, String prefix) {
        return path.startsWith(prefix)
                && (path.length() == prefix.length() || prefix.endsWith("/") || path.charAt(prefix.length()) == '/');
    }
}
