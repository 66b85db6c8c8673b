package org.karst.apiserver.internal.managed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Trait;

/** What stands in {@code metadata.managedFields} of one object; immutable. */
public final class ManagedFields {
    /** Nobody manages anything. */
    public static final ManagedFields NONE = new ManagedFields(List.of());

    /** More managers that update are told apart by nobody; the oldest are put together. */
    private static final int MOST_UPDATERS = 10;

    private static final String OLD_UPDATERS = "ancient-changes";
    private static final String FIELD = "managedFields";

    /** What no manager owns: the server sees to it. */
    private static final FieldSet SERVERS_OWN = FieldSet.ofFields(List.of(
            List.of("apiVersion"),
            List.of("kind"),
            List.of("metadata"),
            List.of("metadata", "name"),
            List.of("metadata", "namespace"),
            List.of("metadata", "creationTimestamp"),
            List.of("metadata", "selfLink"),
            List.of("metadata", "uid"),
            List.of("metadata", "generation"),
            List.of("metadata", FIELD),
            List.of("metadata", "resourceVersion")));

    private static final FieldSet STATUS = FieldSet.ofFields(List.of(List.of("status")));
    private static final FieldSet SPEC = FieldSet.ofFields(List.of(List.of("spec")));
    private static final FieldSet ALL_BUT_STATUS = FieldSet.ofFields(List.of(List.of("spec"), List.of("metadata")));

    private final List<Entry> entries;

    private ManagedFields(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Those of an object of the store. */
    public static ManagedFields of(JsonNode metadata) {
        JsonNode list = metadata.path(FIELD);
        return list.isEmpty()
                ? NONE
                : new ManagedFields(StreamSupport.stream(list.spliterator(), false)
                        .map(Entry::trusted)
                        .toList());
    }

    /**
     * Those with which a write begins: as the client gives them, if it gives some that can be read; an empty list, or one of an empty
     * entry, forgets all. Else those that were there, so that a client that knows nothing of them does not delete them.
     */
    public static ManagedFields carried(JsonNode before, JsonNode given) {
        JsonNode list = given.path(FIELD);
        if (!list.isArray()) {
            return of(before);
        }
        if (list.isEmpty() || (list.size() == 1 && list.get(0).isEmpty())) {
            return NONE;
        }
        try {
            return new ManagedFields(StreamSupport.stream(list.spliterator(), false)
                    .map(Entry::read)
                    .toList());
        } catch (IllegalArgumentException e) {
            return of(before);
        }
    }

    /** Whether nobody manages anything. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    List<Entry> entries() {
        return entries;
    }

    /** Puts them into the metadata of an object, as its last field. */
    public void write(ObjectNode metadata) {
        metadata.remove(FIELD);
        if (!entries.isEmpty()) {
            ArrayNode list = metadata.putArray(FIELD);
            entries.stream().sorted(Entry.ORDER).map(Entry::write).forEach(list::add);
        }
    }

    /** The places that a write through this endpoint leaves as they are. */
    static FieldSet ignored(ResourceDefinition type, Manager manager) {
        if (!type.has(Trait.STATUS)) {
            return FieldSet.EMPTY;
        }
        if (manager.subresource().isEmpty()) {
            return STATUS;
        }
        return type.has(Trait.CUSTOM) ? ALL_BUT_STATUS : SPEC;
    }

    /** After a manager made one object of another: what it changed is its own, what is gone is nobody's. */
    public ManagedFields updated(
            ResourceDefinition type, Manager manager, JsonNode before, JsonNode after, String now) {
        Difference difference =
                Difference.between(type.fieldTypes(), before, after).without(ignored(type, manager));
        List<Entry> left = without(entries, difference.touched());
        FieldSet own = difference.set().minus(SERVERS_OWN);
        if (own.isEmpty()) {
            return new ManagedFields(left);
        }
        return new ManagedFields(capped(joined(left, manager, own, now)));
    }

    private static List<Entry> joined(List<Entry> entries, Manager manager, FieldSet own, String now) {
        List<Entry> joined = new ArrayList<>(entries.size() + 1);
        FieldSet all = own;
        for (Entry entry : entries) {
            if (entry.manager().isSame(manager)) {
                all = all.union(entry.set());
            } else {
                joined.add(entry);
            }
        }
        joined.add(new Entry(manager, now, all.write()));
        return joined;
    }

    /** Entries that lose some places; those that have none left go. */
    static List<Entry> without(List<Entry> entries, FieldSet lost) {
        List<Entry> left = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (!lost.meets(entry.fields())) {
                left.add(entry);
                continue;
            }
            FieldSet rest = entry.set().minus(lost);
            if (!rest.isEmpty()) {
                left.add(entry.with(rest));
            }
        }
        return left;
    }

    private static List<Entry> capped(List<Entry> entries) {
        List<Entry> updaters = new ArrayList<>(entries.stream()
                .filter(entry -> !entry.manager().applies())
                .sorted(Entry.ORDER)
                .toList());
        List<Entry> capped = entries;
        while (updaters.size() > MOST_UPDATERS) {
            Entry first = updaters.remove(0);
            Entry second = updaters.remove(0);
            Entry both = new Entry(
                    new Manager(OLD_UPDATERS, false, second.manager().apiVersion(), ""),
                    second.time(),
                    first.set().union(second.set()).write());
            updaters.add(0, both);
            capped = new ArrayList<>(capped);
            capped.removeAll(List.of(first, second));
            capped.add(both);
        }
        return capped;
    }

    /**
     * After an applier applied.
     *
     * @param others what the others have left
     * @param own what the applier gives
     */
    static ManagedFields applied(List<Entry> others, Manager manager, FieldSet own, String time) {
        List<Entry> all = new ArrayList<>(others);
        FieldSet kept = own.minus(SERVERS_OWN);
        if (!kept.isEmpty()) {
            all.add(new Entry(manager, time, kept.write()));
        }
        return new ManagedFields(all);
    }

    /** All places that anybody of them manages. */
    static FieldSet union(List<Entry> entries) {
        FieldSet all = FieldSet.EMPTY;
        for (Entry entry : entries) {
            all = all.union(entry.set());
        }
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ManagedFields fields && entries.equals(fields.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        ObjectNode holder = Json.object();
        write(holder);
        return holder.path(FIELD).toString();
    }
}
