package org.karst.questions.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.controller.FeatureRemoval;
import org.karst.incremental.Engine;
import org.karst.kubernetes.Manifests;
import org.karst.model.Document;
import org.karst.model.Labels;
import org.karst.model.Namespace;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Kind;
import org.karst.pipeline.World;
import org.karst.questions.Edit;
import org.karst.questions.QuestionException;

/**
 * Makes an edit true in an engine that is nobody's world.
 *
 * @param engine the engine
 * @param kinds the kinds that are watched, parts of them too
 * @param removals what it would be to take away each feature
 */
record EditRows(Engine engine, List<Kind<?>> kinds, SortedMap<String, FeatureRemoval> removals) {
    void make(Edit edit) {
        if (edit instanceof Edit.Apply apply) {
            read(apply.manifest()).forEach(this::apply);
        } else if (edit instanceof Edit.Delete delete) {
            delete(delete);
        } else if (edit instanceof Edit.Relabel relabel) {
            relabel(relabel);
        } else if (edit instanceof Edit.RemoveFeature removal) {
            remove(removal.feature());
        }
    }

    private void remove(String feature) {
        if (!removals.containsKey(feature)) {
            throw QuestionException.notFound(
                    "there is no feature '" + feature + "'; there are " + String.join(", ", removals.keySet()));
        }
        removals.get(feature).edit().accept(engine);
    }

    private static List<Document> read(String manifest) {
        try {
            return Manifests.read(manifest);
        } catch (IllegalArgumentException e) {
            throw QuestionException.invalid("the manifest cannot be read: " + e.getMessage());
        }
    }

    private void apply(Document object) {
        String kind = object.text("kind");
        String name = object.text("metadata", "name");
        List<Kind<?>> meant = kinds.stream()
                .filter(each -> each.apiVersion().equals(object.text("apiVersion"))
                        && each.plural().equals(plural(kind)))
                .toList();
        if (meant.isEmpty()) {
            throw unknown(object.text("apiVersion") + " " + kind);
        }
        if (name.isEmpty()) {
            throw QuestionException.invalid("a " + kind + " of the manifest has no metadata.name");
        }
        for (Kind<?> each : meant) {
            put(each, object, name);
        }
    }

    private <R> void put(Kind<R> kind, Document object, String name) {
        String namespace = object.text("metadata", "namespace");
        PodKey key = new PodKey(!kind.namespaced() ? "" : namespace.isEmpty() ? "default" : namespace, name);
        try {
            engine.put(kind.table(), key, kind.decoder().apply(object));
        } catch (IllegalArgumentException e) {
            throw QuestionException.invalid(
                    object.text("kind") + " " + label(key) + " cannot be read: " + e.getMessage());
        }
    }

    private static String label(PodKey key) {
        return key.namespace().isEmpty() ? key.name() : key.toString();
    }

    private void delete(Edit.Delete delete) {
        List<Kind<?>> meant = meant(delete.kind());
        PodKey key = key(meant.get(0), delete.name());
        if (meant.stream().noneMatch(kind -> engine.row(kind.table(), key).isPresent())) {
            throw missing(delete.kind(), key);
        }
        meant.forEach(kind -> engine.remove(kind.table(), key));
    }

    private void relabel(Edit.Relabel relabel) {
        Kind<?> kind = meant(relabel.kind()).get(0);
        PodKey key = key(kind, relabel.name());
        if (kind.plural().equals(World.NAMESPACES.plural())) {
            Namespace row = engine.row(World.NAMESPACES.table(), key).orElseThrow(() -> missing(relabel.kind(), key));
            engine.put(
                    World.NAMESPACES.table(), key, new Namespace(row.name(), changed(row.labels(), relabel.labels())));
        } else if (kind.plural().equals(World.PODS.plural())) {
            Pod row = engine.row(World.PODS.table(), key).orElseThrow(() -> missing(relabel.kind(), key));
            engine.put(
                    World.PODS.table(),
                    key,
                    new Pod(
                            row.key(),
                            row.uid(),
                            row.node(),
                            changed(row.labels(), relabel.labels()),
                            row.hostNetwork(),
                            row.addresses(),
                            row.finished()));
        } else {
            throw QuestionException.invalid("only pods and namespaces can be relabelled in a plan, not "
                    + relabel.kind() + "; give the whole object with -f");
        }
    }

    private static Labels changed(Labels labels, SortedMap<String, Optional<String>> changes) {
        SortedMap<String, String> entries = new TreeMap<>(labels.entries());
        changes.forEach(
                (key, value) -> value.ifPresentOrElse(text -> entries.put(key, text), () -> entries.remove(key)));
        return Labels.of(entries);
    }

    private List<Kind<?>> meant(String name) {
        List<Kind<?>> meant = kinds.stream()
                .filter(kind -> kind.plural().equals(name.toLowerCase(Locale.ROOT))
                        || kind.plural().equals(plural(name)))
                .toList();
        if (meant.isEmpty()) {
            throw unknown(name);
        }
        return meant;
    }

    private static PodKey key(Kind<?> kind, String name) {
        return kind.namespaced() ? FlowSelection.pod(name) : new PodKey("", name);
    }

    private QuestionException unknown(String name) {
        return QuestionException.invalid("'" + name + "' is no kind that Karst looks at; there are "
                + String.join(
                        ", ",
                        kinds.stream().map(Kind::plural).distinct().sorted().toList()));
    }

    private static QuestionException missing(String kind, PodKey key) {
        return QuestionException.notFound("there is no " + kind + " " + label(key));
    }

    /** How the API names many of a kind (English, as its code generator has it). */
    private static String plural(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        if (lower.endsWith("y")) {
            return lower.substring(0, lower.length() - 1) + "ies";
        }
        return lower + (lower.endsWith("s") || lower.endsWith("x") || lower.endsWith("ch") ? "es" : "s");
    }
}
