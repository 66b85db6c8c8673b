package org.karst.questions;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A change of the cluster that somebody thinks of making. */
public sealed interface Edit {
    /**
     * Objects are created, or replaced as they stand here.
     *
     * @param manifest YAML or JSON, one or more objects
     */
    record Apply(String manifest) implements Edit {
        public Apply {
            Objects.requireNonNull(manifest, "manifest");
        }
    }

    /**
     * An object goes.
     *
     * @param kind such as NetworkPolicy, networkpolicies
     * @param name NAMESPACE/NAME, or NAME
     */
    record Delete(String kind, String name) implements Edit {}

    /**
     * A pod or a namespace gets other labels.
     *
     * @param kind pod or namespace
     * @param name NAMESPACE/NAME, or NAME
     * @param labels by key; empty: the label goes
     */
    record Relabel(String kind, String name, SortedMap<String, Optional<String>> labels) implements Edit {
        public Relabel {
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        }
    }

    /**
     * A feature is taken away, as if it had never been installed.
     *
     * @param feature its name
     */
    record RemoveFeature(String feature) implements Edit {
        public RemoveFeature {
            Objects.requireNonNull(feature, "feature");
        }
    }

    /** Reads KIND NAME. */
    static Delete delete(List<String> words) {
        if (words.size() != 2) {
            throw QuestionException.invalid("what goes? Expected KIND NAMESPACE/NAME, as in: networkpolicy shop/store");
        }
        return new Delete(words.get(0), words.get(1));
    }

    /** Reads KIND NAME KEY=VALUE… KEY-…, as kubectl label does. */
    static Relabel relabel(List<String> words) {
        if (words.size() < 3) {
            throw QuestionException.invalid(
                    "which labels? Expected KIND NAME KEY=VALUE or KEY-, as in: namespace shop team=web");
        }
        SortedMap<String, Optional<String>> labels = new TreeMap<>();
        for (String word : words.subList(2, words.size())) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                labels.put(word.substring(0, equals), Optional.of(word.substring(equals + 1)));
            } else if (word.endsWith("-") && word.length() > 1) {
                labels.put(word.substring(0, word.length() - 1), Optional.empty());
            } else {
                throw QuestionException.invalid("'" + word + "' is neither KEY=VALUE nor KEY-");
            }
        }
        return new Relabel(words.get(0), words.get(1), labels);
    }
}
