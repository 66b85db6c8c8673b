package org.karst.incremental;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** When a feature is gone, nothing in the engine holds on to its code: its class loader can be collected. */
public class CollectableTest {
    public static final Table<String, String> PODS = Table.named("pods");

    /** A feature with all kinds of definitions, loaded by a class loader of its own. */
    public static final class Feature implements Consumer<Engine> {
        private static final Table<String, Row> ROWS = Table.named("rows");
        private static final Index<String, String, Row> BY_TEXT =
                Index.of("rows by text", ROWS, row -> List.of(row.text()));
        private static final PrefixIndex<String, Row> BY_PREFIX =
                PrefixIndex.of("rows by prefix", ROWS, row -> List.of(Prefix.of(new byte[] {1})));
        private static final Index<String, String, String> PODS_BY_TEXT = Index.of("pods by text", PODS, List::of);
        private static final Query<String, Row> QUERY =
                Query.of("query", (view, key) -> new Row(key + view.find(PODS_BY_TEXT, key) + view.all(ROWS)));
        private static final Query<Unit, SortedSet<String>> KEYS =
                Query.of("keys", (view, unit) -> new TreeSet<>(view.values(BY_TEXT)));
        private static final Query<Integer, Integer> BAD = Query.of("bad", (view, key) -> {
            throw new IllegalArgumentException("bad " + view.get(ROWS, "a"));
        });
        private static final List<Rule<?>> RULES = List.of(
                new Rule<>("rows", Scope.ZONE, Keys.of(ROWS), (view, key) -> List.of(new Row(key))),
                new Rule<>("texts", Scope.ZONE, Keys.of(BY_TEXT), (view, key) -> List.of(view.get(QUERY, key))),
                new Rule<>(
                        "keys",
                        Scope.ZONE,
                        Keys.of(KEYS),
                        (view, key) -> List.of(new Row(key + view.containing(BY_PREFIX, Prefix.of(new byte[] {1}))))),
                new Rule<>("bad", Scope.ZONE, Keys.once(), (view, unit) -> List.of(new Row("" + view.get(BAD, 1)))),
                new Rule<>("pods", Scope.ZONE, Keys.of(PODS), (view, key) -> List.of(view.get(QUERY, key))));

        record Row(String text) implements Item {
            @Override
            public Object identity() {
                return text.substring(0, 1);
            }
        }

        @Override
        public void accept(Engine engine) {
            if (engine.rows(ROWS).isEmpty()) {
                RULES.forEach(engine::add);
                engine.put(ROWS, "a", new Row("a"));
                engine.put(ROWS, "b", new Row("b"));
            } else {
                RULES.forEach(engine::remove);
                engine.clear(ROWS);
            }
        }
    }

    /** Loads the feature's classes anew, all others as usual. */
    private static final class FeatureLoader extends ClassLoader {
        FeatureLoader() {
            super(CollectableTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Feature.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = file.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException reason) {
                throw new ClassNotFoundException(name, reason);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static WeakReference<ClassLoader> comeAndGo(Engine engine) throws ReflectiveOperationException {
        ClassLoader loader = new FeatureLoader();
        Consumer<Engine> feature = (Consumer<Engine>)
                loader.loadClass(Feature.class.getName()).getConstructor().newInstance();
        assertThat(feature instanceof Feature).isFalse();
        int cells = engine.cells();
        feature.accept(engine);
        engine.settle();
        // Only numbers are handed out: a test library may remember the last object that it saw.
        assertThat(engine.items().isEmpty()).isFalse();
        assertThat(engine.conflicts().isEmpty()).isFalse();
        assertThat(engine.failures().size()).isEqualTo(2);
        feature.accept(engine);
        engine.settle();
        assertThat(engine.items()).isEmpty();
        assertThat(engine.cells()).isEqualTo(cells);
        return new WeakReference<>(loader);
    }

    @Test
    void theClassLoaderOfAFeatureThatWentIsCollected() throws ReflectiveOperationException {
        Engine engine = new Engine();
        engine.put(PODS, "c", "x");
        engine.put(PODS, "d", "x");
        engine.settle();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            loaders.add(comeAndGo(engine));
        }
        // The virtual machine itself keeps the last one alive for a while; let that be one of no interest.
        comeAndGo(new Engine());
        for (int i = 0; i < 50 && loaders.stream().anyMatch(loader -> loader.get() != null); i++) {
            System.gc();
        }
        assertThat(loaders).allMatch(loader -> loader.get() == null);
        assertThat(engine.rows(PODS)).hasSize(2);
    }
}
