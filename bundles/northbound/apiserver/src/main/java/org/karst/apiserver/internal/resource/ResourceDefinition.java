package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.apiserver.internal.storage.Attributes;
import org.karst.apiserver.internal.storage.ObjectKey;
import org.karst.apiserver.internal.storage.Stored;

/**
 * Everything about one resource. Made by {@link #of}.
 *
 * @param group API group, empty for the core group
 * @param version version in which it is served and stored
 * @param plural name in paths
 * @param singular name for people
 * @param kind name of the type
 * @param listKind name of the type of a list
 * @param shortNames what {@code kubectl} accepts too
 * @param categories groups of resources that it is one of, such as {@code all}
 * @param traits how it behaves
 * @param names form of the names of its objects
 * @param fields selectable fields besides {@code metadata.name} and {@code metadata.namespace}
 * @param columns of its table
 * @param form which fields its objects have
 * @param scale where its objects say how many of something there are; empty if they are not scaled
 * @param mergeLists lists that a strategic merge patch merges
 * @param fieldTypes how finely its fields are managed
 * @param preparations derive fields from others before validation
 * @param rules of validation
 * @param warnings what who writes an object is told, though it is in order
 */
public record ResourceDefinition(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        String listKind,
        List<String> shortNames,
        List<String> categories,
        Set<Trait> traits,
        Names names,
        List<String> fields,
        List<Column> columns,
        Form form,
        Optional<Scale> scale,
        MergeLists mergeLists,
        FieldTypes fieldTypes,
        List<Consumer<ObjectNode>> preparations,
        List<Rule> rules,
        Function<JsonNode, List<String>> warnings) {

    /** The version as it stands in objects: {@code v1} or {@code group/version}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + '/' + version;
    }

    /** Plural and group, which is also the name of the resource in the store and in messages. */
    public String qualified() {
        return group.isEmpty() ? plural : plural + '.' + group;
    }

    /** Whether it has a trait. */
    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** The key of one of its objects. */
    public ObjectKey key(String namespace, String name) {
        return new ObjectKey(qualified(), namespace, name);
    }

    /** What selectors can ask of an object. */
    public Attributes attributes(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        Map<String, String> values = new TreeMap<>();
        values.put("metadata.name", Json.text(metadata.path("name")));
        if (has(Trait.NAMESPACED)) {
            values.put("metadata.namespace", Json.text(metadata.path("namespace")));
        }
        for (String field : fields) {
            JsonNode value = Json.at(object, field);
            values.put(field, value.isMissingNode() ? form.absent(field) : Json.text(value));
        }
        return new Attributes(Json.strings(metadata.path("labels")), values);
    }

    /** An object in the form of the store: without its type, which the definition knows. */
    public Stored stored(ObjectNode object) {
        ObjectNode untyped = Json.object();
        untyped.set("metadata", object.path("metadata"));
        object.properties().forEach(member -> {
            if (!member.getKey().equals("kind") && !member.getKey().equals("apiVersion")) {
                untyped.set(member.getKey(), member.getValue());
            }
        });
        return new Stored(Json.write(untyped), attributes(untyped));
    }

    /** The beginning of every object of this type; the stored form follows without its brace. */
    public byte[] head() {
        return ("{\"kind\":\"" + kind + "\",\"apiVersion\":\"" + apiVersion() + "\",").getBytes(StandardCharsets.UTF_8);
    }

    /** An object with its type. */
    public byte[] typed(byte[] stored) {
        byte[] head = head();
        byte[] whole = new byte[head.length + stored.length - 1];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(stored, 1, whole, head.length, stored.length - 1);
        return whole;
    }

    /** An object with its type; shares its parts. */
    public ObjectNode typed(ObjectNode stored) {
        ObjectNode whole = Json.object().put("kind", kind).put("apiVersion", apiVersion());
        whole.setAll(stored);
        return whole;
    }

    /** All faults of an object whose metadata is in order. */
    public List<Finding> check(ObjectNode object, Optional<ObjectNode> before) {
        List<Finding> findings = new ArrayList<>();
        rules.forEach(rule -> rule.check(object, before, findings::add));
        return findings;
    }

    /** Begins a definition. */
    public static Builder of(String group, String version, String plural, String kind) {
        return new Builder(group, version, plural, kind);
    }

    /** Collects what differs from the usual. */
    public static final class Builder {
        private final String group;
        private final String version;
        private final String plural;
        private final String kind;
        private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
        private final List<Consumer<ObjectNode>> preparations = new ArrayList<>();
        private final List<Rule> rules = new ArrayList<>();
        private Function<JsonNode, List<String>> warnings = object -> List.of();
        private String singular;
        private String listKind;
        private List<String> categories = List.of();
        private Optional<Form> form = Optional.empty();
        private Optional<FieldTypes> types = Optional.empty();
        private Optional<Scale> scale = Optional.empty();
        private List<String> shortNames = List.of();
        private Names names = Names.SUBDOMAIN;
        private List<String> fields = List.of();
        private List<Column> columns = List.of(Column.ofName(), Column.ofAge());
        private ObjectNode shape = Json.object();
        private ObjectNode defaults = Json.object();
        private final Map<String, String> mergeKeys = new TreeMap<>();
        private final FieldTypes.Builder fieldTypes = new FieldTypes.Builder();

        private Builder(String group, String version, String plural, String kind) {
            fieldTypes.metadata();
            this.group = group;
            this.version = version;
            this.plural = plural;
            this.kind = kind;
            this.singular = kind.toLowerCase(java.util.Locale.ROOT);
            this.listKind = kind + "List";
        }

        public Builder singular(String name) {
            singular = name;
            return this;
        }

        public Builder listKind(String name) {
            listKind = name;
            return this;
        }

        public Builder categories(String... some) {
            categories = List.of(some);
            return this;
        }

        /** In place of shape and defaults. */
        public Builder form(Form other) {
            form = Optional.of(other);
            return this;
        }

        /** In place of what is said of single lists and maps. */
        public Builder fieldTypes(FieldTypes other) {
            types = Optional.of(other);
            return this;
        }

        public Builder scale(Scale paths) {
            scale = Optional.of(paths);
            return this;
        }

        public Builder shortNames(String... some) {
            shortNames = List.of(some);
            return this;
        }

        public Builder traits(Trait... some) {
            traits.addAll(List.of(some));
            return this;
        }

        public Builder names(Names form) {
            names = form;
            return this;
        }

        public Builder fields(String... paths) {
            fields = List.of(paths);
            return this;
        }

        public Builder columns(List<Column> some) {
            columns = List.copyOf(some);
            return this;
        }

        /** Samples of the JSON types of its fields, see {@link SampleForm}: JSON with single quotes. */
        public Builder shape(String json) {
            shape = Json.constant(json);
            return this;
        }

        /** What absent fields get, in the form of the shape: JSON with single quotes. */
        public Builder defaults(String json) {
            defaults = Json.constant(json);
            return this;
        }

        /** Lists whose elements a strategic merge patch tells apart by this field, and so does an applier. */
        public Builder mergedBy(String key, String... paths) {
            for (String path : paths) {
                mergeKeys.put(path, key);
                fieldTypes.list(path, key.isEmpty() ? List.of() : List.of(key));
            }
            return this;
        }

        /** A list whose elements an applier tells apart by these fields, each with the value that it has where it is absent: {@code name=value}. */
        public Builder keyedBy(String path, String... keys) {
            fieldTypes.list(path, List.of(keys));
            return this;
        }

        /** Lists and maps that an applier gives as a whole or not at all. */
        public Builder atomic(String... paths) {
            List.of(paths).forEach(fieldTypes::atomic);
            return this;
        }

        public Builder prepare(Consumer<ObjectNode> preparation) {
            preparations.add(preparation);
            return this;
        }

        public Builder rules(Rule... some) {
            rules.addAll(List.of(some));
            return this;
        }

        public Builder warnings(Function<JsonNode, List<String>> some) {
            warnings = some;
            return this;
        }

        public ResourceDefinition build() {
            return new ResourceDefinition(
                    group,
                    version,
                    plural,
                    singular,
                    kind,
                    listKind,
                    shortNames,
                    categories,
                    Set.copyOf(traits),
                    names,
                    fields,
                    columns,
                    form.orElseGet(() -> new SampleForm(shape, defaults, traits.contains(Trait.WHOLE_SHAPE))),
                    scale,
                    new MergeLists(mergeKeys),
                    types.orElseGet(fieldTypes::build),
                    List.copyOf(preparations),
                    List.copyOf(rules),
                    warnings);
        }
    }
}
