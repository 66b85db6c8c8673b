package org.karst.kubernetes.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.kubernetes.ApiObject;
import org.karst.kubernetes.KubernetesSettings;
import org.karst.pipeline.Batch;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.ObjectConditionItem;
import org.karst.pipeline.ObjectFieldItem;
import org.karst.pipeline.ObjectItem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes objects, their fields, conditions and Events true, one object at a time on a thread of its own. Newer wishes for one object replace older ones that
 * were not begun, so its memory is the number of items.
 */
public final class ObjectWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectWriter.class);

    private final KubernetesSettings settings;
    private final LongConsumer acknowledge;
    private final Fields fields;
    private final Events events;
    private final Objects objects;
    private final Backoff backoff;
    private final ScheduledThreadPoolExecutor thread;

    // Read by the reflectors too; the values are never changed.
    private final Map<ApiObject, SortedMap<Fields.Place, Optional<JsonDocument>>> wantedFields =
            new ConcurrentHashMap<>();

    // Of the thread.
    private final Set<ApiObject> dirty = new LinkedHashSet<>();
    private final Map<ApiObject, ObjectItem> wantedObjects = new LinkedHashMap<>();
    private final Map<EventItem.Identity, EventItem> wantedEvents = new LinkedHashMap<>();
    private final Map<EventItem.Identity, Instant> due = new LinkedHashMap<>();
    private Future<?> next;
    private boolean pausing;
    private long revision;
    private long acknowledged;

    /** A piece of work that may fail. */
    private interface Work {
        void run() throws IOException;
    }

    /**
     * @param acknowledge hears the newest revision all of whose fields and Events are written
     */
    public ObjectWriter(ApiAccess access, KubernetesSettings settings, Clock clock, LongConsumer acknowledge) {
        this.settings = settings;
        this.acknowledge = acknowledge;
        ResourcePaths paths = new ResourcePaths(access);
        this.fields = new Fields(access, paths, clock);
        this.events = new Events(access, paths, clock);
        this.objects = new Objects(access, paths);
        this.backoff = new Backoff(settings);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "karst-kubernetes-writer");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** Takes the difference of one settlement. */
    public void apply(Batch batch) {
        thread.execute(() -> take(batch));
    }

    /** An object was read: if somebody else changed a field of ours, it is looked at again. Any thread. */
    public void seen(ApiObject object, JsonDocument content) {
        SortedMap<Fields.Place, Optional<JsonDocument>> wanted = wantedFields.get(object);
        if (wanted != null && Fields.differs(content, wanted)) {
            try {
                thread.execute(() -> {
                    dirty.add(object);
                    goOn();
                });
            } catch (RejectedExecutionException e) {
                LOG.debug("{} changed after the end", object, e);
            }
        }
    }

    private void take(Batch batch) {
        for (Change change : batch.changes()) {
            Item item = change.after() == null ? change.before() : change.after();
            try {
                want(item, change.after() != null);
            } catch (IllegalArgumentException e) {
                LOG.error("{} is not written: {}", item.identity(), e.getMessage());
            }
        }
        revision = batch.revision();
        goOn();
    }

    private void want(Item item, boolean wanted) {
        if (item instanceof ObjectFieldItem field) {
            want(
                    new ApiObject(field.apiVersion(), field.kind(), field.namespace(), field.name()),
                    new Fields.Place(field.status(), field.path(), ""),
                    wanted ? Optional.of(JsonDocument.parse(field.value())) : Optional.empty());
        } else if (item instanceof ObjectConditionItem condition) {
            want(
                    new ApiObject(condition.apiVersion(), condition.kind(), condition.namespace(), condition.name()),
                    Fields.Place.condition(condition.type()),
                    wanted ? Optional.of(document(condition)) : Optional.empty());
        } else if (item instanceof ObjectItem whole) {
            want(whole, wanted);
        } else if (item instanceof EventItem event) {
            want(event, wanted);
        }
    }

    private static JsonDocument document(ObjectConditionItem condition) {
        return JsonDocument.parse(new JsonDocument.Builder()
                .put("type", condition.type())
                .put("status", condition.status() ? "True" : "False")
                .put("reason", condition.reason())
                .put("message", condition.message())
                .build());
    }

    private void want(ApiObject object, Fields.Place place, Optional<JsonDocument> value) {
        SortedMap<Fields.Place, Optional<JsonDocument>> changed =
                new TreeMap<>(wantedFields.getOrDefault(object, Collections.emptySortedMap()));
        changed.put(place, value);
        wantedFields.put(object, Collections.unmodifiableSortedMap(changed));
        dirty.add(object);
    }

    private void want(ObjectItem item, boolean wanted) {
        ApiObject object = new ApiObject(item.apiVersion(), item.kind(), item.namespace(), item.name());
        if (wanted) {
            wantedObjects.put(object, item);
            dirty.add(object);
        } else {
            // What was made stays made.
            wantedObjects.remove(object);
        }
    }

    private void want(EventItem event, boolean wanted) {
        if (wanted) {
            wantedEvents.put(event.identity(), event);
            due.put(event.identity(), Instant.EPOCH);
        } else {
            // What was said stays said; Events end by themselves.
            wantedEvents.remove(event.identity());
            due.remove(event.identity());
        }
    }

    /** Plans the next piece of work: now, or when an Event is due again; not during a pause after a failure. */
    private void goOn() {
        if (pausing) {
            return;
        }
        if (next != null) {
            next.cancel(false);
        }
        Optional<Instant> soonest =
                dirty.isEmpty() ? due.values().stream().min(Instant::compareTo) : Optional.of(Instant.EPOCH);
        Duration wait =
                soonest.map(time -> Duration.between(Instant.now(), time)).orElse(Duration.ZERO);
        if (soonest.isEmpty() || wait.compareTo(Duration.ZERO) > 0) {
            acknowledgeAll();
        }
        next = soonest.isEmpty()
                ? null
                : thread.schedule(this::work, Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS);
    }

    private void acknowledgeAll() {
        if (revision > acknowledged) {
            acknowledged = revision;
            acknowledge.accept(revision);
        }
    }

    private void work() {
        try {
            if (!dirty.isEmpty()) {
                Iterator<ApiObject> first = dirty.iterator();
                ApiObject object = first.next();
                first.remove();
                SortedMap<Fields.Place, Optional<JsonDocument>> places =
                        wantedFields.getOrDefault(object, Collections.emptySortedMap());
                ObjectItem whole = wantedObjects.get(object);
                boolean done = attempt(object, () -> {
                    if (whole != null) {
                        objects.write(object, whole);
                    }
                    if (!places.isEmpty()) {
                        fields.write(object, places);
                    }
                });
                if (done) {
                    forgetAbsent(object);
                } else {
                    dirty.add(object);
                }
            } else {
                writeDueEvent();
            }
        } catch (RuntimeException e) {
            LOG.error("Writing to the API failed", e);
        }
        goOn();
    }

    /** Fields that nobody wants any more are forgotten once they are gone. */
    private void forgetAbsent(ApiObject object) {
        SortedMap<Fields.Place, Optional<JsonDocument>> left =
                new TreeMap<>(wantedFields.getOrDefault(object, Collections.emptySortedMap()));
        left.values().removeIf(Optional::isEmpty);
        if (left.isEmpty()) {
            wantedFields.remove(object);
        } else {
            wantedFields.put(object, Collections.unmodifiableSortedMap(left));
        }
    }

    private void writeDueEvent() {
        Instant now = Instant.now();
        Optional<EventItem.Identity> found = due.entrySet().stream()
                .filter(entry -> !entry.getValue().isAfter(now))
                .map(Map.Entry::getKey)
                .findFirst();
        if (found.isPresent()) {
            EventItem event = wantedEvents.get(found.get());
            ApiObject object = new ApiObject(event.apiVersion(), event.kind(), event.namespace(), event.name());
            boolean done = attempt(object, () -> events.write(event));
            due.put(found.get(), done ? now.plus(settings.heartbeat()) : Instant.EPOCH);
        }
    }

    /** Whether it needs no repetition. */
    private boolean attempt(ApiObject object, Work work) {
        try {
            work.run();
            backoff.worked();
            return true;
        } catch (IOException e) {
            if (e instanceof ApiException refusal && !isTemporary(refusal.code())) {
                LOG.warn("{} cannot be written: {}", object, e.getMessage());
                return true;
            }
            LOG.debug("{} will be written again: {}", object, e.getMessage());
            pausing = true;
            next = thread.schedule(
                    () -> {
                        pausing = false;
                        goOn();
                    },
                    backoff.failed().toMillis(),
                    TimeUnit.MILLISECONDS);
            return false;
        }
    }

    private static boolean isTemporary(int code) {
        return code == 401 || code == 409 || code == 429 || code >= 500;
    }
}
