package org.karst.apiserver.internal.managed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.karst.apiserver.internal.resource.FieldTypes;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;

/**
 * One application of one configuration to one object: what the configuration says is laid over the object, what its manager no longer says
 * and nobody else manages goes.
 *
 * @param type whose object
 * @param manager who applies
 * @param force whether it takes what others manage
 * @param now RFC 3339 in whole seconds
 */
public record ServerSideApply(ResourceDefinition type, Manager manager, boolean force, String now) {
    /** Who manages what was there before anybody applied. */
    private static final String BEFORE = "before-first-apply";

    /** Who may take without force what it had applied on the client's side before, and what that left behind. */
    private static final String KUBECTL = "kubectl";

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /**
     * What comes of it.
     *
     * @param object the object as it should be
     * @param managed who then manages what
     */
    public record Applied(ObjectNode object, ManagedFields managed) {}

    private record Conflict(Entry entry, FieldSet fields) {}

    /**
     * Applies.
     *
     * @param live the object as it is, or a blank one; not changed
     * @param config what the manager says; not changed
     * @throws Rejection if its lists are broken, or somebody else manages what it changes
     */
    public Applied apply(ObjectNode live, ManagedFields before, ObjectNode config) {
        List<String> faults = Structure.faults(types(), config, "");
        if (!faults.isEmpty()) {
            throw Rejection.badRequest("failed to create typed patch object (" + name(config) + "; "
                    + type.apiVersion() + ", Kind=" + type.kind() + "): "
                    + (faults.size() == 1 ? faults.get(0) : "errors:\n  " + String.join("\n  ", faults)));
        }
        ManagedFields managed =
                before.isEmpty() && !Json.text(Json.at(live, "metadata.uid")).isEmpty()
                        ? before.updated(
                                type,
                                new Manager(BEFORE, false, type.apiVersion(), ""),
                                type.form().blank(),
                                live,
                                now)
                        : before;
        FieldSet ignored = ManagedFields.ignored(type, manager);
        FieldSet own = Structure.fields(types(), config).without(ignored);
        Optional<Entry> last = managed.entries().stream()
                .filter(entry -> entry.manager().isSame(manager))
                .findFirst();
        List<Entry> others = managed.entries().stream()
                .filter(entry -> !entry.manager().isSame(manager))
                .toList();
        ObjectNode object = pruned(
                (ObjectNode) Structure.merged(types(), live, config),
                last.map(Entry::set).orElse(FieldSet.EMPTY),
                own.union(ManagedFields.union(others)));
        Difference difference = Difference.between(types(), live, object).without(ignored);
        List<Conflict> conflicts = conflicts(others, difference.set());
        if (!force) {
            expectNone(conflicts, live);
        }
        List<Entry> left = ManagedFields.without(others, difference.touched());
        ManagedFields after = ManagedFields.applied(left, manager, own, now);
        keepLastApplied(live, object, config);
        boolean same = last.isPresent()
                && ManagedFields.applied(left, manager, own, last.get().time()).equals(before)
                && object.equals(live);
        return new Applied(object, same ? before : after);
    }

    private FieldTypes types() {
        return type.fieldTypes();
    }

    private static String name(JsonNode config) {
        String namespace = Json.text(Json.at(config, "metadata.namespace"));
        return (namespace.isEmpty() ? "" : namespace) + '/' + Json.text(Json.at(config, "metadata.name"));
    }

    /**
     * Takes away what the manager had applied and applies no longer, except what somebody manages, and what only hung on it: a list that
     * others have put elements into stays.
     */
    private ObjectNode pruned(ObjectNode merged, FieldSet last, FieldSet managed) {
        if (last.isEmpty()) {
            return merged;
        }
        FieldSet formerly = last.withWays();
        FieldSet present = Structure.fields(types(), merged).withWays();
        FieldSet untouched = present(Structure.without(types(), merged, formerly));
        FieldSet unowned = present.minus(untouched.union(managed.withWays()));
        FieldSet kept = present(Structure.without(types(), merged, unowned));
        JsonNode left = Structure.without(types(), merged, present.minus(kept).and(formerly));
        return left instanceof ObjectNode object ? object : Json.object();
    }

    private FieldSet present(JsonNode value) {
        return value == null ? FieldSet.EMPTY : Structure.fields(types(), value).withWays();
    }

    private static List<Conflict> conflicts(List<Entry> others, FieldSet changed) {
        List<Conflict> conflicts = new ArrayList<>();
        for (Entry entry : others) {
            if (changed.meets(entry.fields())) {
                conflicts.add(new Conflict(entry, entry.set().and(changed)));
            }
        }
        return conflicts;
    }

    private void expectNone(List<Conflict> conflicts, ObjectNode live) {
        FieldSet allowed = manager.name().equals(KUBECTL) && !conflicts.isEmpty() ? unchanged(live) : FieldSet.EMPTY;
        List<Conflict> left = conflicts.stream()
                .map(conflict ->
                        new Conflict(conflict.entry(), conflict.fields().minus(allowed)))
                .filter(conflict -> !conflict.fields().isEmpty())
                .sorted(Comparator.comparing(Conflict::entry, Entry.ORDER))
                .toList();
        if (left.isEmpty()) {
            return;
        }
        List<Rejection.Conflict> told = new ArrayList<>();
        left.forEach(conflict -> told.add(new Rejection.Conflict(
                conflict.entry().manager().readable(), conflict.fields().paths())));
        throw Rejection.applyConflict(told);
    }

    /** What the client's side applied last and is still so. */
    private FieldSet unchanged(ObjectNode live) {
        String text = lastApplied(live);
        if (text.isEmpty()) {
            return FieldSet.EMPTY;
        }
        try {
            JsonNode former = Json.read(text.getBytes(StandardCharsets.UTF_8));
            return Structure.fields(types(), former)
                    .minus(Difference.between(types(), former, live).touched());
        } catch (IOException e) {
            return FieldSet.EMPTY;
        }
    }

    private static String lastApplied(ObjectNode object) {
        return Json.text(Json.at(object, "metadata.annotations").path(LAST_APPLIED));
    }

    /** What a client-side apply would compare with stays true, for who goes back to it. */
    private void keepLastApplied(ObjectNode live, ObjectNode object, ObjectNode config) {
        if (!manager.name().equals(KUBECTL) || lastApplied(live).isEmpty()) {
            return;
        }
        ObjectNode said = config.deepCopy();
        if (said.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(LAST_APPLIED);
        }
        Json.child(Json.child(object, "metadata"), "annotations")
                .put(LAST_APPLIED, new String(Json.write(said), StandardCharsets.UTF_8) + '\n');
    }
}
