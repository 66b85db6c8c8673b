package org.karst.controller.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.controller.FeatureRemoval;
import org.karst.controller.StageStatus;
import org.karst.controller.StageStatus.State;
import org.karst.incremental.Engine;
import org.karst.incremental.Item;
import org.karst.incremental.Query;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Table;
import org.karst.pipeline.Answer;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Feature;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Stage;
import org.karst.pipeline.Subject;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The features that are bound. Binding checks everything before it changes anything. */
final class Features {
    private static final Logger LOG = LoggerFactory.getLogger(Features.class);

    /** The kinds that features watch, by feature and place. */
    static final Table<String, Kind<?>> WATCHED = Table.named("watched");

    /** The kinds that features with rules of scope LEADER watch, by feature. */
    static final Table<String, List<Kind<?>>> LED = Table.named("led");

    private final Engine engine;
    private final Sources sources;
    private final SortedMap<String, Bound> bound = new TreeMap<>();
    private final Map<Integer, Answer> answers = new HashMap<>();
    private boolean leader;

    private record Bound(
            Feature feature,
            List<Rule<?>> rules,
            List<Kind<?>> kinds,
            List<Stage> stages,
            List<Driver> drivers,
            Legacy legacy) {}

    /**
     * What was in force of a feature when it came: it stays so until the feature has heard of all that it watches.
     *
     * @param departed what was not a stage's; empty if no revision was there before
     * @param items those of its stages, by the stage's name
     */
    private record Legacy(Optional<DepartedFeature> departed, SortedMap<String, List<Item>> items) {}

    Features(Engine engine, Sources sources) {
        this.engine = engine;
        this.sources = sources;
    }

    /**
     * Adds a feature's rules and stages.
     *
     * @throws IllegalArgumentException with a sentence if it does not fit beside the others; then nothing has changed
     */
    void bind(Feature feature) {
        if (bound.containsKey(feature.name())) {
            throw new IllegalArgumentException("a feature named " + feature.name() + " is bound already");
        }
        List<Stage> stages = List.copyOf(feature.stages());
        stages.forEach(stage -> check(feature, stage));
        List<Rule<?>> rules = new ArrayList<>(feature.rules());
        stages.forEach(stage -> rules.addAll(Linker.link(stage)));
        bound.put(
                feature.name(),
                new Bound(feature, rules, feature.watches(), stages, feature.drivers(), legacy(feature)));
        engine.remove(DepartedFeature.DEPARTED, feature.name());
        for (Stage stage : stages) {
            engine.put(BoundStage.STAGES, stage.name(), BoundStage.of(feature.name(), stage));
            stage.answers().forEach(answer -> answers.put(Answer.number(answer.name()), answer));
        }
        for (Kind<?> kind : feature.watches()) {
            if (!sources.known(WatchItem.source(kind))) {
                sources.expect(WatchItem.source(kind));
            }
            engine.put(WATCHED, watch(feature, kind), kind);
        }
        publish(World.VERDICTS, feature, feature.verdicts());
        publish(World.JUDGES, feature, feature.judges());
        publish(World.REHEARSALS, feature, feature.rehearsals());
        if (rules.stream().anyMatch(rule -> rule.scope() == Scope.LEADER)) {
            engine.put(LED, feature.name(), List.copyOf(feature.watches()));
        }
        rules.stream().filter(this::runsHere).forEach(engine::add);
    }

    private Legacy legacy(Feature feature) {
        SortedMap<String, List<Item>> items = new TreeMap<>();
        engine.rows(BoundStage.STAGES).forEach((name, row) -> {
            if (row.feature().equals(feature.name()) && row.inForce()) {
                items.put(name, row.left());
            }
        });
        return new Legacy(engine.row(DepartedFeature.DEPARTED, feature.name()), items);
    }

    /** What others find by the name of a feature and a place in its list. */
    private <T> void publish(Table<String, T> table, Feature feature, List<T> values) {
        for (int i = 0; i < values.size(); i++) {
            engine.put(table, feature.name() + "/" + i, values.get(i));
        }
    }

    private void withdraw(Table<String, ?> table, Feature feature) {
        withdraw(engine, table, feature);
    }

    private static void withdraw(Engine engine, Table<String, ?> table, Feature feature) {
        List.copyOf(engine.rows(table).keySet()).stream()
                .filter(key -> key.startsWith(feature.name() + "/"))
                .forEach(key -> engine.remove(table, key));
    }

    private static String watch(Feature feature, Kind<?> kind) {
        return feature.name() + "/" + kind;
    }

    private boolean runsHere(Rule<?> rule) {
        return leader || rule.scope() == Scope.ZONE;
    }

    private void check(Feature feature, Stage stage) {
        for (var entry : engine.rows(BoundStage.STAGES).entrySet()) {
            BoundStage other = entry.getValue();
            boolean successor = entry.getKey().equals(stage.name());
            if (successor && other.state() == State.BOUND) {
                throw new IllegalArgumentException(
                        "a stage named " + stage.name() + " is bound already by " + other.feature());
            }
            if (successor || other.slot() != stage.slot()) {
                continue;
            }
            if (other.tables().stream()
                    .map(TableRef::number)
                    .anyMatch(stage.tables().stream().map(TableRef::number).toList()::contains)) {
                throw new IllegalArgumentException("stage " + stage.name() + " of " + feature.name()
                        + " wants a table of stage " + entry.getKey() + " in slot " + stage.slot());
            }
            if (!other.gate().disjoint(stage.gate())) {
                throw new IllegalArgumentException("stage " + stage.name() + " of " + feature.name()
                        + " wants the same packets as stage " + entry.getKey() + " in slot " + stage.slot()
                        + ": two stages for one packet are two slots");
            }
        }
    }

    /**
     * Takes a feature's rules away. What its stages have in the world stays as a fact, so that nothing changes there until
     * the deadline, unless a stage of the same name takes it over before.
     *
     * @param grace until when, unless the stage guards
     */
    void unbind(Feature feature, Instant grace, Deadlines deadlines) {
        Bound gone = bound.get(feature.name());
        if (gone == null || gone.feature() != feature) {
            return;
        }
        bound.remove(feature.name());
        boolean unheard =
                gone.kinds().stream().anyMatch(kind -> sources.silent().contains(WatchItem.source(kind)));
        Optional<Legacy> kept = Optional.of(gone.legacy())
                .filter(legacy -> unheard && legacy.departed().isPresent());
        DepartedFeature left = kept.flatMap(Legacy::departed).orElseGet(() -> left(gone));
        engine.put(DepartedFeature.DEPARTED, feature.name(), left);
        if (gone.stages().stream().noneMatch(Stage::guard)) {
            deadlines.replace(DepartedFeature.DEPARTED, feature.name(), left, grace);
        }
        withdraw(World.VERDICTS, feature);
        withdraw(World.JUDGES, feature);
        withdraw(World.REHEARSALS, feature);
        for (Stage stage : gone.stages()) {
            stage.answers().forEach(answer -> answers.remove(Answer.number(answer.name()), answer));
            List<Item> items =
                    kept.map(legacy -> legacy.items().get(stage.name())).orElseGet(() -> itemsOf(stage.number()));
            leave(stage.name(), items, grace, deadlines);
        }
        gone.rules().stream().filter(this::runsHere).forEach(engine::remove);
        engine.remove(LED, feature.name());
        for (Kind<?> kind : gone.kinds()) {
            engine.remove(WATCHED, watch(feature, kind));
            if (bound.values().stream().noneMatch(other -> other.kinds().contains(kind))) {
                engine.clear(kind.table());
                sources.forget(WatchItem.source(kind));
            }
        }
    }

    /** What it would be to take away each feature, for engines that are nobody's world. */
    SortedMap<String, FeatureRemoval> removals() {
        SortedMap<String, FeatureRemoval> removals = new TreeMap<>();
        bound.forEach((name, row) -> {
            List<Rule<?>> rules = row.rules().stream().filter(this::runsHere).toList();
            if (!name.equals(CoreFeature.NAME)) {
                removals.put(
                        name,
                        new FeatureRemoval(
                                name,
                                row.stages().stream().anyMatch(Stage::guard),
                                other -> take(other, row.feature(), row.stages(), rules)));
            }
        });
        return removals;
    }

    private static void take(Engine engine, Feature feature, List<Stage> stages, List<Rule<?>> rules) {
        rules.forEach(engine::remove);
        stages.forEach(stage -> engine.remove(BoundStage.STAGES, stage.name()));
        for (Table<String, ?> table : List.of(World.VERDICTS, World.JUDGES, World.REHEARSALS, WATCHED)) {
            withdraw(engine, table, feature);
        }
        engine.remove(LED, feature.name());
    }

    /** What stays in force of a feature, apart from the flows of its stages. A leader's wishes end with him. */
    private DepartedFeature left(Bound gone) {
        // One that came and went in one step has not wanted anything yet: what its predecessor left stays.
        Optional<DepartedFeature> unsettled = engine.read(
                view -> view.get(DepartedFeature.DEPARTED, gone.feature().name()));
        if (unsettled.isPresent()) {
            return unsettled.get();
        }
        List<Item> items = new ArrayList<>();
        gone.rules().stream()
                .filter(rule -> rule.scope() == Scope.ZONE)
                .flatMap(rule -> engine.items(rule.name()).stream())
                .filter(item -> !(item instanceof FlowItem))
                .forEach(items::add);
        SortedMap<String, Map<Subject, Long>> verdicts = new TreeMap<>();
        engine.rows(World.VERDICTS).forEach((place, query) -> {
            if (place.startsWith(gone.feature().name() + "/")) {
                verdicts.put(place, verdicts(query));
            }
        });
        return new DepartedFeature(items, verdicts);
    }

    private Map<Subject, Long> verdicts(Query<Subject, Long> query) {
        Map<Subject, Long> verdicts = new HashMap<>();
        for (AttachmentKey key : engine.rows(World.ATTACHMENTS).keySet()) {
            for (Direction direction : Direction.values()) {
                Subject subject = new Subject(key, direction);
                verdict(query, subject).ifPresent(verdict -> verdicts.put(subject, verdict));
            }
        }
        return verdicts;
    }

    /** Its code runs a last time where the last settlement has not asked it: a bundle that went may lack classes for that. */
    private Optional<Long> verdict(Query<Subject, Long> query, Subject subject) {
        try {
            return engine.read(view -> Optional.of(view.get(query, subject)).filter(verdict -> verdict != 0));
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("what {} decided about {} is not known any more: {}", query, subject, e.toString());
            return Optional.empty();
        }
    }

    private void leave(String name, List<Item> items, Instant grace, Deadlines deadlines) {
        engine.row(BoundStage.STAGES, name).ifPresent(row -> {
            BoundStage left = row.leaving(row.guard() ? State.FROZEN : State.DEPARTED, items);
            engine.put(BoundStage.STAGES, name, left);
            if (!row.guard()) {
                deadlines.replace(BoundStage.STAGES, name, left, grace);
            }
        });
    }

    private List<Item> itemsOf(int stage) {
        return engine.items().stream()
                .filter(item -> item instanceof FlowItem flow
                        && flow.cookie()
                                .stage()
                                .filter(number -> number == stage)
                                .isPresent())
                .toList();
    }

    /** Leads packets past the stages of a feature whose bundle is gone for good; their flows go a little later. */
    void bypass(String feature, Instant removal, Deadlines deadlines) {
        pass(feature, State.DEPARTED, removal, deadlines);
    }

    /**
     * Ends what guards stay for: packets pass by the stages of a feature that is away.
     *
     * @param name of the feature, or of one of its stages
     * @return the names of its stages
     * @throws IllegalArgumentException with a sentence if there is no such guard
     */
    List<String> release(String name, Instant removal, Deadlines deadlines) {
        SortedSet<String> frozen = new TreeSet<>();
        Optional<String> feature = Optional.empty();
        for (var entry : engine.rows(BoundStage.STAGES).entrySet()) {
            BoundStage row = entry.getValue();
            if (row.state() == State.FROZEN) {
                frozen.add(row.feature());
                if (name.equals(row.feature()) || name.equals(entry.getKey())) {
                    feature = Optional.of(row.feature());
                }
            }
        }
        if (feature.isEmpty()) {
            throw new IllegalArgumentException("nothing of " + name + " is frozen; "
                    + (frozen.isEmpty()
                            ? "no feature that guards is away"
                            : "in force without their bundles: " + String.join(", ", frozen)));
        }
        return pass(feature.get(), State.FROZEN, removal, deadlines);
    }

    private List<String> pass(String feature, State from, Instant removal, Deadlines deadlines) {
        List<String> names = new ArrayList<>();
        engine.rows(BoundStage.STAGES).forEach((name, row) -> {
            if (row.feature().equals(feature) && row.state() == from) {
                BoundStage past = row.leaving(State.BYPASSED, row.left());
                engine.put(BoundStage.STAGES, name, past);
                deadlines.replace(BoundStage.STAGES, name, past, removal);
                names.add(name);
            }
        });
        boolean stays = engine.rows(BoundStage.STAGES).values().stream()
                .anyMatch(row -> row.feature().equals(feature) && row.state() == State.FROZEN);
        if (!stays) {
            engine.row(DepartedFeature.DEPARTED, feature)
                    .ifPresent(left -> deadlines.replace(DepartedFeature.DEPARTED, feature, left, removal));
        }
        return names;
    }

    /** Before a settlement: the rules of scope LEADER are there while this process leads. */
    void followLeadership() {
        boolean now = engine.row(World.LEADER, World.LEADER_KEY).isPresent();
        if (leader == now) {
            return;
        }
        leader = now;
        bound.values().stream()
                .flatMap(each -> each.rules().stream())
                .filter(rule -> rule.scope() == Scope.LEADER)
                .forEach(now ? engine::add : engine::remove);
    }

    Answer answer(int number) {
        return answers.get(number);
    }

    SortedSet<String> names() {
        return new TreeSet<>(bound.keySet());
    }

    List<StageStatus> stages() {
        List<StageStatus> stages = new ArrayList<>();
        engine.rows(BoundStage.STAGES)
                .forEach((name, row) -> stages.add(
                        new StageStatus(name, row.feature(), row.slot(), row.gate(), row.tables(), row.state())));
        stages.sort(Comparator.comparing(StageStatus::slot).thenComparing(StageStatus::name));
        return stages;
    }

    /**
     * Numbers of the stages that are in the world without a bundle, until their rows go: this process may not know what they have there,
     * and packets may still be on their way through one that is bypassed.
     */
    SortedSet<Integer> frozen() {
        SortedSet<Integer> frozen = new TreeSet<>();
        for (var row : engine.rows(BoundStage.STAGES).values()) {
            if (row.state() != State.BOUND) {
                frozen.add(row.number());
            }
        }
        return frozen;
    }
}
