package org.karst.apiserver.internal.managed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.karst.apiserver.internal.resource.FieldTypes;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;

/** Laws of server-side apply over objects made at random. */
class FieldLawsTest {
    private static final int ROUNDS = 3_000;
    private static final ResourceDefinition TYPE = ResourceDefinition.of("example.org", "v1", "things", "Thing")
            .keyedBy("spec.parts", "name")
            .keyedBy("spec.parts.ports", "port", "protocol=TCP")
            .mergedBy("", "spec.words")
            .atomic("spec.selector")
            .build();
    private static final FieldTypes TYPES = TYPE.fieldTypes();

    private static ObjectNode thing(SplittableRandom random) {
        ObjectNode thing = Json.object();
        ObjectNode spec = thing.putObject("spec");
        maybe(random, () -> labels(random, thing.putObject("metadata").putObject("labels")));
        maybe(random, () -> spec.put("size", random.nextInt(3)));
        maybe(random, () -> labels(random, spec.putObject("selector")));
        maybe(random, () -> fill(random, spec.putArray("plain"), false));
        maybe(random, () -> fill(random, spec.putArray("words"), true));
        maybe(random, () -> {
            ArrayNode parts = spec.putArray("parts");
            parts.addObject().put("name", "n9");
            for (int name = 0; name < 4; name++) {
                if (random.nextBoolean()) {
                    ObjectNode part = parts.insertObject(random.nextInt(parts.size() + 1));
                    part.put("name", "n" + name);
                    maybe(random, () -> part.put("image", "i" + random.nextInt(2)));
                    maybe(random, () -> part.putArray("ports").addObject().put("port", random.nextInt(2)));
                }
            }
        });
        return thing;
    }

    private static void maybe(SplittableRandom random, Runnable addition) {
        if (random.nextInt(3) > 0) {
            addition.run();
        }
    }

    private static void labels(SplittableRandom random, ObjectNode map) {
        for (int i = random.nextInt(3); i >= 0; i--) {
            map.put("l" + random.nextInt(3), "v" + random.nextInt(2));
        }
    }

    private static void fill(SplittableRandom random, ArrayNode list, boolean distinct) {
        for (int i = 0; i < 3; i++) {
            if (random.nextBoolean()) {
                list.add("w" + (distinct ? i : random.nextInt(3)));
            }
        }
        if (list.isEmpty()) {
            list.add("w9");
        }
    }

    @Test
    void setsAreWrittenAndReadAlikeAndObeyTheLawsOfSets() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < ROUNDS; round++) {
            FieldSet a = Structure.fields(TYPES, thing(random));
            FieldSet b = Structure.fields(TYPES, thing(random));
            assertThat(FieldSet.read(a.write())).isEqualTo(a);
            assertThat(a.minus(b).union(a.and(b))).isEqualTo(a);
            assertThat(a.minus(b).and(b).isEmpty()).isTrue();
            assertThat(a.union(b)).isEqualTo(b.union(a));
            assertThat(a.and(b)).isEqualTo(b.and(a));
            assertThat(a.meets(b.write())).isEqualTo(!a.and(b).isEmpty());
            assertThat(a.minus(a).isEmpty()).isTrue();
        }
    }

    @Test
    void aDifferenceIsNothingExactlyBetweenEqualsAndMirrored() {
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < ROUNDS; round++) {
            ObjectNode one = thing(random);
            ObjectNode other = thing(random);
            Difference there = Difference.between(TYPES, one, other);
            Difference back = Difference.between(TYPES, other, one);
            assertThat(there.touched()).isEqualTo(back.touched());
            assertThat(Difference.between(TYPES, one, one.deepCopy()).touched().isEmpty())
                    .isTrue();
            FieldSet present = Structure.fields(TYPES, other).withWays();
            assertThat(there.set().withWays().minus(present).isEmpty())
                    .as("%s to %s", one, other)
                    .isTrue();
        }
    }

    @Test
    void whatIsMergedHasTheUpperOneAndAllElse() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < ROUNDS; round++) {
            ObjectNode live = thing(random);
            ObjectNode over = thing(random);
            JsonNode merged = Structure.merged(TYPES, live, over);
            assertThat(Structure.merged(TYPES, merged, over)).isEqualTo(merged);
            FieldSet all = Structure.fields(TYPES, live).union(Structure.fields(TYPES, over));
            assertThat(Structure.fields(TYPES, merged).withWays()).isEqualTo(all.withWays());
            FieldSet changed = Difference.between(TYPES, live, merged).set().withWays();
            assertThat(changed.minus(Structure.fields(TYPES, over).withWays()).isEmpty())
                    .isTrue();
        }
    }

    /** Two appliers, one of whom forces, and one who updates: each applier finds what it gave, and nobody's things vanish. */
    @Test
    void whoAppliesGetsWhatItGaveAndNoMore() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < ROUNDS / 3; round++) {
            ObjectNode live = thing(random);
            Json.child(live, "metadata").put("uid", "u");
            ManagedFields managed = ManagedFields.NONE.updated(
                    TYPE, new Manager("maker", false, "v1", ""), TYPE.form().blank(), live, "2020-01-01T00:00:00Z");
            for (int step = 0; step < 6; step++) {
                ObjectNode config = thing(random);
                Manager manager = new Manager(random.nextBoolean() ? "one" : "two", true, "v1", "");
                boolean force = random.nextBoolean();
                ServerSideApply application = new ServerSideApply(TYPE, manager, force, "2020-01-01T00:00:00Z");
                try {
                    ServerSideApply.Applied applied = application.apply(live, managed, config);
                    check(live, applied, config, manager);
                    live = applied.object();
                    managed = applied.managed();
                    ServerSideApply.Applied again = application.apply(live, managed, config);
                    assertThat(again.object()).isEqualTo(live);
                    assertThat(again.managed()).isEqualTo(managed);
                } catch (Rejection refused) {
                    assertThat(force).isFalse();
                    assertThat(refused.code()).isEqualTo(409);
                }
            }
            if (round % 3 == 0) {
                for (String name : List.of("one", "two")) {
                    ServerSideApply.Applied applied = new ServerSideApply(
                                    TYPE, new Manager(name, true, "v1", ""), true, "2020-01-01T00:00:00Z")
                            .apply(live, managed, Json.object());
                    live = applied.object();
                    managed = applied.managed();
                }
                assertThat(managed.entries().stream()
                                .noneMatch(entry -> entry.manager().applies()))
                        .isTrue();
            }
        }
    }

    private static void check(ObjectNode live, ServerSideApply.Applied applied, ObjectNode config, Manager manager) {
        FieldSet given = Structure.fields(TYPES, config);
        FieldSet present = Structure.fields(TYPES, applied.object());
        assertThat(given.withWays().minus(present.withWays()).isEmpty())
                .as("%s applied to %s gives %s", config, live, applied.object())
                .isTrue();
        assertThat(Structure.merged(TYPES, applied.object(), config))
                .as("the values of the configuration, in its order")
                .isEqualTo(applied.object());
        applied.managed().entries().stream()
                .filter(entry -> !entry.manager().isSame(manager))
                .forEach(entry -> assertThat(
                                entry.set().withWays().minus(present.withWays()).isEmpty())
                        .as("%s owns what is not there: %s", entry, applied.object())
                        .isTrue());
    }
}
