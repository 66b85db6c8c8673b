package org.karst.kubernetes.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.karst.kubernetes.ApiObject;
import org.karst.kubernetes.KubernetesFeature;
import org.karst.kubernetes.KubernetesSettings;
import org.karst.kubernetes.UnreadableObject;
import org.karst.model.PodKey;
import org.karst.pipeline.Backlog;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the table of one kind equal to the API: a complete list, then the watch that follows it, for ever.
 *
 * @param <R> the rows
 */
public final class Reflector<R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);
    private static final int PAGE = 1000;
    /** So many objects may wait for the writer before this reads on. */
    private static final int MOST_WAITING = 2_000;

    private static final int SHORTEST_WATCH_SECONDS = 300;
    /** The embedded server may take so long to listen on a slow machine. */
    private static final Duration BOOT = Duration.ofSeconds(60);

    private final Kind<R> kind;
    private final ApiAccess access;
    private final KubernetesSettings settings;
    private final Mailbox mailbox;
    private final BiConsumer<ApiObject, JsonDocument> observer;
    private final Backoff backoff;
    private final Backlog<PodKey, News<R>> backlog;
    private final String source;
    private final String path;
    private final Thread thread;
    private final long begun = System.nanoTime();
    private final Beginning beginning = new Beginning();
    /** Who waits for a list that begins after he asked. */
    private final Queue<CompletableFuture<Void>> askers = new ConcurrentLinkedQueue<>();

    private volatile BodyStream watched;
    private volatile boolean closed;
    private String position = "";
    private String trouble = "";
    private boolean worried;

    /**
     * News about one object: its row, or that it is gone, or why it cannot be read.
     *
     * @param row empty: what is in the table stays, unless the object is gone
     * @param why empty if it can be read
     */
    private record News<R>(ApiObject object, PodKey key, Optional<R> row, boolean gone, String why) {
        /** Both at once: what cannot be read leaves what was read before. */
        News<R> then(News<R> newer) {
            return newer.why.isEmpty() ? newer : new News<>(newer.object, key, row, gone, newer.why);
        }
    }

    /** The position is no longer known to the server. */
    private static final class ExpiredException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * @param observer hears of each object that was read, on the thread of this reflector
     */
    public Reflector(
            Kind<R> kind,
            ApiAccess access,
            KubernetesSettings settings,
            Mailbox mailbox,
            BiConsumer<ApiObject, JsonDocument> observer) {
        this.kind = kind;
        this.access = access;
        this.settings = settings;
        this.mailbox = mailbox;
        this.observer = observer;
        this.backoff = new Backoff(settings);
        this.backlog = new Backlog<>(mailbox, MOST_WAITING, News::then, this::write);
        this.source = WatchItem.source(kind);
        this.path = (kind.apiVersion().contains("/") ? "/apis/" : "/api/") + kind.apiVersion() + '/' + kind.plural();
        this.thread = new Thread(this::run, "karst-" + source);
        this.thread.setDaemon(true);
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    /** Ends; what is in the table stays. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    /** Lists anew, consistently; done when the table has taken in a list that was begun after this call. Any thread. */
    public CompletionStage<Void> listAnew() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        askers.add(done);
        BodyStream now = watched;
        if (now != null) {
            now.end();
        }
        return done;
    }

    private void run() {
        while (!closed) {
            try {
                if (!askers.isEmpty()) {
                    position = "";
                }
                if (position.isEmpty()) {
                    list();
                }
                watch();
            } catch (ExpiredException e) {
                position = "";
                sleep(backoff.failed());
            } catch (NotConfiguredException e) {
                // The embedded server writes its kubeconfig when it listens; the boot of the whole product waits for
                // this.
                awaitConfiguration(e);
            } catch (IOException | RuntimeException e) {
                if (!closed) {
                    failed(e);
                }
            }
        }
    }

    private void awaitConfiguration(NotConfiguredException e) {
        if (System.nanoTime() - begun < BOOT.toNanos()) {
            report(kind + ": " + e.getMessage(), false);
        } else {
            report(kind + ": " + e.getMessage() + ", after " + BOOT.toSeconds() + " s");
        }
        sleep(settings.firstPause());
    }

    private void failed(Exception e) {
        boolean gone = e instanceof ApiException refusal && refusal.code() == 410;
        if (gone) {
            position = "";
        } else if (beginning.isNow() && e instanceof IOException) {
            report(kind + ": " + e.getMessage(), false);
            sleep(settings.firstPause());
            return;
        } else {
            report(kind + ": " + e.getMessage());
            if (e instanceof RuntimeException) {
                LOG.warn("{} fails", source, e);
            }
        }
        sleep(backoff.failed());
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Puts the present trouble, or its end, where people look. */
    private void report(String news) {
        report(news, !news.isEmpty());
    }

    private void report(String news, boolean worrying) {
        if (news.equals(trouble) && (worried || !worrying)) {
            return;
        }
        trouble = news;
        worried = worrying;
        if (news.isEmpty()) {
            LOG.info("{} works again", source);
            mailbox.post(Mailbox.Lane.FACTS, facts -> facts.remove(World.TROUBLE, source));
        } else {
            if (worrying) {
                LOG.warn("{}", news);
            } else {
                LOG.info("{}", news);
            }
            mailbox.post(Mailbox.Lane.FACTS, facts -> facts.put(World.TROUBLE, source, news));
        }
    }

    private void list() throws IOException {
        List<CompletableFuture<Void>> served = new ArrayList<>();
        for (CompletableFuture<Void> asker = askers.poll(); asker != null; asker = askers.poll()) {
            served.add(asker);
        }
        try {
            listWhole();
        } catch (IOException | RuntimeException e) {
            askers.addAll(served);
            throw e;
        }
        served.forEach(asker -> asker.complete(null));
    }

    private void listWhole() throws IOException {
        Listing listing = listOnce();
        if (!finish(listing, false)) {
            LOG.warn(
                    "{} lists {} objects and lacks half of what was known or more; asking again",
                    source,
                    listing.keys.size());
            sleep(settings.firstPause());
            listing = listOnce();
            finish(listing, true);
        }
        position = listing.position;
        beginning.end();
        report("");
    }

    /** What a complete list has shown so far. */
    private static final class Listing {
        private final Set<PodKey> keys = new HashSet<>();
        private String position = "";
        private String next = "";
    }

    private Listing listOnce() throws IOException {
        Listing listing = new Listing();
        do {
            String query = "?limit=" + PAGE
                    + (listing.next.isEmpty()
                            ? ""
                            : "&continue=" + URLEncoder.encode(listing.next, StandardCharsets.UTF_8));
            try (InputStream stream = access.open(path + query, settings.patience());
                    JsonParser parser = JsonDocument.parser(stream)) {
                readPage(parser, listing);
            }
        } while (!listing.next.isEmpty());
        if (listing.position.isEmpty()) {
            throw new IOException("the list has no resourceVersion");
        }
        return listing;
    }

    private void readPage(JsonParser parser, Listing listing) throws IOException {
        String itemKind = "";
        listing.next = "";
        boolean complete = false;
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("the list is no JSON object");
        }
        JsonToken token = parser.nextToken();
        while (token == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("items")) {
                readItems(parser, itemKind, listing);
                complete = true;
            } else {
                JsonDocument value = JsonDocument.read(parser);
                if (field.equals("kind")) {
                    itemKind = value.text().replaceFirst("List$", "");
                } else if (field.equals("metadata")) {
                    listing.position = value.text("resourceVersion");
                    listing.next = value.text("continue");
                }
            }
            token = parser.nextToken();
        }
        // A connection that ends in the middle must not look like a short list.
        if (token != JsonToken.END_OBJECT || !complete) {
            throw new IOException("the list was cut off");
        }
    }

    private void readItems(JsonParser parser, String itemKind, Listing listing) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            News<R> news = decode(JsonDocument.read(parser), itemKind);
            listing.keys.add(news.key());
            tell(news);
        }
        if (parser.currentToken() != JsonToken.END_ARRAY) {
            throw new IOException("the list was cut off");
        }
    }

    private void tell(News<R> news) throws IOException {
        try {
            backlog.put(news.key(), news);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted", e);
    }

    private void write(Facts facts, News<R> news) {
        if (closed) {
            return;
        }
        if (news.gone()) {
            facts.remove(kind.table(), news.key());
        }
        news.row().ifPresent(row -> facts.put(kind.table(), news.key(), row));
        UnreadableObject unreadable = new UnreadableObject(source, news.object());
        if (news.why().isEmpty()) {
            facts.remove(KubernetesFeature.UNREADABLE, unreadable);
        } else {
            facts.put(KubernetesFeature.UNREADABLE, unreadable, news.why());
        }
    }

    /**
     * Removes the rows that a complete list lacks, and says that the table is complete.
     *
     * @return false if the list lacks half of what was known, or more, and nobody has confirmed that
     */
    private boolean finish(Listing listing, boolean confirmed) throws IOException {
        CompletableFuture<Boolean> believed = new CompletableFuture<>();
        try {
            backlog.awaitWritten();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        mailbox.post(Mailbox.Lane.FACTS, facts -> {
            if (closed) {
                believed.complete(true);
                return;
            }
            Set<PodKey> known = facts.rows(kind.table()).keySet();
            List<PodKey> missing =
                    known.stream().filter(key -> !listing.keys.contains(key)).toList();
            boolean half = !missing.isEmpty() && missing.size() * 2 >= known.size();
            if (half && !confirmed) {
                believed.complete(false);
                return;
            }
            missing.forEach(key -> facts.remove(kind.table(), key));
            forgetUnreadable(facts, listing.keys);
            facts.put(World.POSITIONS, source, listing.position);
            facts.synced(source);
            believed.complete(true);
        });
        try {
            return believed.get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw new IOException("the list could not be taken in", e);
        }
    }

    private void forgetUnreadable(Facts facts, Set<PodKey> listed) {
        List<UnreadableObject> gone = facts.rows(KubernetesFeature.UNREADABLE).keySet().stream()
                .filter(key -> key.source().equals(source)
                        && !listed.contains(new PodKey(
                                key.object().namespace(), key.object().name())))
                .toList();
        gone.forEach(key -> facts.remove(KubernetesFeature.UNREADABLE, key));
    }

    private News<R> decode(JsonDocument object, String listedKind) throws IOException {
        PodKey key = key(object);
        String own = object.text("kind");
        ApiObject name =
                new ApiObject(kind.apiVersion(), own.isEmpty() ? listedKind : own, key.namespace(), key.name());
        observer.accept(name, object);
        try {
            return new News<>(name, key, Optional.of(kind.decoder().apply(object)), false, "");
        } catch (RuntimeException e) {
            String why = e instanceof IllegalArgumentException ? e.getMessage() : "the decoder failed: " + e;
            LOG.warn("{} cannot be read: {}", name, why);
            return new News<>(name, key, Optional.empty(), false, why);
        }
    }

    private static PodKey key(JsonDocument object) throws IOException {
        String name = object.text("metadata", "name");
        if (name.isEmpty()) {
            throw new IOException("an object has no name");
        }
        return new PodKey(object.text("metadata", "namespace"), name);
    }

    private void watch() throws IOException {
        int seconds = SHORTEST_WATCH_SECONDS + ThreadLocalRandom.current().nextInt(SHORTEST_WATCH_SECONDS);
        String query =
                "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds + "&resourceVersion=" + position;
        boolean any = false;
        try (BodyStream stream = access.open(path + query, settings.idle())) {
            // Before the parser, which waits for the first bytes of an event to know their encoding.
            watched = stream;
            report("");
            if (askers.isEmpty()) {
                any = events(stream);
            }
        }
        if (!any && !closed && askers.isEmpty()) {
            // Whoever ends watches at once must not be asked at once again.
            sleep(backoff.failed());
        }
    }

    /** Takes events until the stream ends or somebody wants a list; whether there was any. */
    private boolean events(BodyStream stream) throws IOException {
        boolean any = false;
        try (JsonParser parser = JsonDocument.parser(stream)) {
            while (!closed && askers.isEmpty() && parser.nextToken() != null) {
                event(JsonDocument.read(parser));
                any = true;
                backoff.worked();
            }
        }
        return any;
    }

    private void event(JsonDocument event) throws IOException {
        JsonDocument object =
                (JsonDocument) event.find("object").orElseThrow(() -> new IOException("an event has no object"));
        String type = event.text("type");
        String revision = object.text("metadata", "resourceVersion");
        switch (type) {
            case "ADDED", "MODIFIED" -> tell(decode(object, ""));
            case "DELETED" -> {
                PodKey key = key(object);
                ApiObject name = new ApiObject(kind.apiVersion(), object.text("kind"), key.namespace(), key.name());
                tell(new News<>(name, key, Optional.empty(), true, ""));
            }
            case "BOOKMARK" -> LOG.trace("{} has reached {}", source, revision);
            case "ERROR" -> {
                if (object.number("code") == 410) {
                    throw new ExpiredException();
                }
                throw new ApiException((int) object.number("code"), object.text("message"));
            }
            default -> LOG.debug("{}: an event of type {} is ignored", source, type);
        }
        if (!revision.isEmpty()) {
            position = revision;
            backlog.mark(facts -> {
                if (!closed) {
                    facts.put(World.POSITIONS, source, revision);
                }
            });
        }
    }
}
