package org.karst.questions;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.karst.controller.Controller;
import org.karst.controller.Inspection;
import org.karst.incremental.View;
import org.karst.questions.internal.FlowSelection;
import org.karst.questions.internal.Overview;
import org.karst.questions.internal.PlanQuestion;
import org.karst.questions.internal.PolicyQuestion;
import org.karst.questions.internal.TraceStart;
import org.karst.questions.internal.TraceWalk;
import org.karst.questions.internal.TracedSwitch;
import org.karst.questions.internal.VerificationQuestion;
import org.karst.questions.internal.WhyQuestion;
import org.karst.unixctl.SwitchControl;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Everything that can be asked. Each answer fails with a {@link QuestionException} if what is asked for cannot be read or does
 * not exist.
 */
@Component(service = Questions.class)
public final class Questions implements AutoCloseable {
    private static final Duration SYNC_PATIENCE = Duration.ofSeconds(20);

    private final Controller controller;
    private final ExecutorService formatting;
    private volatile FlowCounters counters;
    private volatile FlowVerifier verifier;
    private volatile SwitchControl control;
    private final Semaphore planning = new Semaphore(1);

    /** Answers from this controller; to be {@linkplain #close closed}. */
    @Activate
    public Questions(@Reference Controller controller) {
        this.controller = controller;
        formatting = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "karst-questions");
            made.setDaemon(true);
            return made;
        });
    }

    /** Shows flows with what these say, from now on. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    public void bindCounters(FlowCounters source) {
        counters = source;
    }

    /** Shows flows without counters, unless others have come. */
    public void unbindCounters(FlowCounters source) {
        if (counters == source) {
            counters = null;
        }
    }

    /** Verifies flows by this, from now on. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    public void bindVerifier(FlowVerifier source) {
        verifier = source;
    }

    /** Verifies no flows, unless another has come. */
    public void unbindVerifier(FlowVerifier source) {
        if (verifier == source) {
            verifier = null;
        }
    }

    /** Traces packets through these, from now on. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    public void bindControl(SwitchControl switches) {
        control = switches;
    }

    /** Traces nothing, unless others have come. */
    public void unbindControl(SwitchControl switches) {
        if (control == switches) {
            control = null;
        }
    }

    /** Answers nothing any more. */
    @Override
    @Deactivate
    public void close() {
        formatting.shutdown();
    }

    /**
     * @param snapshot runs on the writer and copies; what it returns runs elsewhere and makes the answer
     */
    private <A> CompletionStage<A> ask(Function<? super Inspection, ? extends Supplier<A>> snapshot) {
        CompletionStage<Supplier<A>> copied = controller.inspect(snapshot);
        return copied.thenApplyAsync(Supplier::get, formatting);
    }

    /** How the controller is. */
    public CompletionStage<Status> status() {
        return ask(inspection -> Overview.status(inspection, controller.statistics()));
    }

    /** Status, nodes, pods and slots of one moment. */
    public CompletionStage<Picture> picture() {
        return ask(inspection -> {
            Supplier<Status> status = Overview.status(inspection, controller.statistics());
            Supplier<Nodes> nodes = Overview.nodes(inspection);
            Supplier<Pods> pods = Overview.pods(inspection, Optional.empty());
            Supplier<Slots> slots = Overview.slots(inspection);
            return () -> new Picture(status.get(), nodes.get(), pods.get(), slots.get());
        });
    }

    /**
     * Waits until all that was heard before is true in the world.
     *
     * @param driver the driver whose targets must have acknowledged; empty for all
     * @param position how far a watch must have been read; empty to wait for none
     */
    public CompletionStage<Sync> sync(Optional<String> driver, Optional<WatchPosition> position) {
        Predicate<View> heard = view -> position.map(it -> it.isReached(view)).orElse(true);
        return controller.acknowledged(heard, driver, SYNC_PATIENCE).handle((revision, failure) -> {
            if (failure == null) {
                return new Sync(revision);
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            throw cause instanceof TimeoutException
                    ? QuestionException.late(
                            "after " + SYNC_PATIENCE.toSeconds() + " s not all is true: " + cause.getMessage())
                    : new CompletionException(cause);
        });
    }

    /** The nodes. */
    public CompletionStage<Nodes> nodes() {
        return ask(Overview::nodes);
    }

    /**
     * The pods.
     *
     * @param node the node that they are on; empty for all
     */
    public CompletionStage<Pods> pods(Optional<String> node) {
        return ask(inspection -> Overview.pods(inspection, node));
    }

    /** The slots of the pipeline and who lives there. */
    public CompletionStage<Slots> slots() {
        return ask(Overview::slots);
    }

    /** Takes a feature that guards without its bundle out of the packets' way. */
    public CompletionStage<Released> release(String name) {
        return controller.release(name).handle((stages, failure) -> {
            if (failure == null) {
                return new Released(stages);
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            throw cause instanceof IllegalArgumentException
                    ? QuestionException.notFound(cause.getMessage())
                    : new CompletionException(cause);
        });
    }

    /** Wanted flows, with counters where the switches can be asked. */
    public CompletionStage<Flows> flows(FlowFilter filter) {
        CompletionStage<FlowSelection> selected = ask(inspection -> FlowSelection.of(inspection, filter));
        FlowCounters source = counters;
        return source == null
                ? selected.thenApplyAsync(FlowSelection::answer, formatting)
                : selected.thenComposeAsync(selection -> selection.answer(source), formatting);
    }

    /**
     * Compares what switches hold with what is wanted of them, and that with what is wanted when it is computed from scratch;
     * what differs in a switch is repaired.
     *
     * @param node the only node whose switch is verified; empty for all
     * @param removeForeign whether what is not ours goes too
     */
    public CompletionStage<FlowVerification> verifyFlows(Optional<String> node, boolean removeForeign) {
        VerificationQuestion question = new VerificationQuestion(node, removeForeign);
        FlowVerifier source = verifier;
        if (source == null) {
            throw VerificationQuestion.noVerifier();
        }
        return ask(question::nodes)
                .thenCompose(names -> controller
                        .recompute()
                        .thenCombine(
                                question.verify(source, names),
                                (recomputation, outcomes) ->
                                        ask(inspection -> question.answer(inspection, outcomes, recomputation))))
                .thenCompose(Function.identity());
    }

    /**
     * Why something is wanted.
     *
     * @param subject a flow as ovs-ofctl(8) or {@code karst:flows} prints it, or {@code pod NAMESPACE/NAME}
     * @param node the node in question; empty for any
     */
    public CompletionStage<Why> why(String subject, Optional<String> node) {
        WhyQuestion question = WhyQuestion.parse(subject, node);
        return ask(question::candidates)
                .thenCompose(identities -> ask(inspection -> question.explain(inspection, identities)));
    }

    /** What becomes of the first packet of a connection: real switches are asked, which takes a moment. */
    public CompletionStage<Trace> trace(TraceRequest request) {
        SwitchControl switches = control;
        if (switches == null) {
            throw QuestionException.unavailable("no switch can be asked: the bundle karst-unixctl is not there");
        }
        return ask(inspection -> TraceStart.of(inspection, request))
                .thenCompose(start -> new TraceWalk(start, switches, this::tracedSwitch).trace());
    }

    private CompletionStage<TracedSwitch> tracedSwitch(String node) {
        return ask(inspection -> {
            TracedSwitch known = TracedSwitch.of(inspection, node);
            return () -> known;
        });
    }

    /**
     * What policies say of a pod.
     *
     * @param pod NAMESPACE/NAME
     */
    public CompletionStage<PodPolicies> policies(String pod) {
        FlowCounters source = counters;
        return ask(inspection -> PolicyQuestion.of(inspection, pod))
                .thenCompose(question -> source == null ? question.answer() : question.answer(source));
    }

    /**
     * What would follow from changes of the cluster: objects, labels, features. Everything is computed anew beside the controller, which takes
     * as long as its start; one plan is made at a time.
     */
    public CompletionStage<Plan> plan(List<Edit> edits) {
        if (!planning.tryAcquire()) {
            throw QuestionException.unavailable("another plan is being made; ask again in a moment");
        }
        SwitchControl switches = control;
        return controller
                .inspect(PlanQuestion::of)
                .thenCompose(question -> question.answer(edits, Optional.ofNullable(switches), Questions::start))
                .whenComplete((plan, failure) -> planning.release());
    }

    private static void start(Runnable task) {
        Thread made = new Thread(task, "karst-plan");
        made.setDaemon(true);
        made.start();
    }
}
