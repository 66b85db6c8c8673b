package org.karst.console.internal;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.karaf.features.FeaturesService;
import org.karst.apiserver.WebHandler;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.WebResponse;
import org.karst.apiserver.WebStream;
import org.karst.controller.Controller;
import org.karst.controller.LoopStatistics;
import org.karst.openflow.OpenFlowDriver;
import org.karst.openflow.SwitchStatus;
import org.karst.questions.Picture;
import org.karst.questions.Questions;
import org.karst.unixctl.SwitchControl;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code GET /karst/v1/live}: how everything stands, and then what changes, as server-sent events. */
@Component(service = WebHandler.class)
public final class LiveHandler implements WebHandler {
    private static final String PATH = "/karst/v1/live";
    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** Then the client comes again and shows its token. */
    private static final Duration LONGEST_STREAM = Duration.ofHours(1);

    private static final int MOST_VIEWERS = 100;

    private final Controller controller;
    private final Questions questions;
    private final Sampler sampler;
    private volatile boolean open = true;
    private volatile OpenFlowDriver openFlow;
    private volatile SwitchControl control;
    private volatile FeaturesService container;

    /** Made by Declarative Services. */
    @Activate
    public LiveHandler(@Reference Controller controller, @Reference Questions questions) {
        this(controller, questions, PERIOD);
    }

    LiveHandler(Controller controller, Questions questions, Duration period) {
        this.controller = controller;
        this.questions = questions;
        sampler = new Sampler(new Services(), period);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindOpenFlow(OpenFlowDriver driver) {
        openFlow = driver;
    }

    void unbindOpenFlow(OpenFlowDriver driver) {
        if (openFlow == driver) {
            openFlow = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindControl(SwitchControl switches) {
        control = switches;
    }

    void unbindControl(SwitchControl switches) {
        if (control == switches) {
            control = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindContainer(FeaturesService service) {
        container = service;
    }

    void unbindContainer(FeaturesService service) {
        if (container == service) {
            container = null;
        }
    }

    /** Ends all streams. */
    @Deactivate
    void close() {
        open = false;
        sampler.close();
    }

    @Override
    public Set<String> prefixes() {
        return Set.of(PATH);
    }

    @Override
    public CompletionStage<WebResponse> answer(WebRequest request) {
        return CompletableFuture.completedFuture(respond(request));
    }

    private WebResponse respond(WebRequest request) {
        if (!request.path().equals(PATH)) {
            return WebResponse.text(404, "404 page not found\n");
        }
        if (!request.method().equals("GET")) {
            return WebResponse.text(405, PATH + " is read by GET\n");
        }
        if (sampler.viewers() >= MOST_VIEWERS) {
            return WebResponse.text(503, "as many look as there may be: " + MOST_VIEWERS + "\n");
        }
        return WebResponse.streaming(200, "text/event-stream", this::open).withHeader("cache-control", "no-store");
    }

    private void open(WebStream stream) {
        long end = System.nanoTime() + LONGEST_STREAM.toNanos();
        BooleanSupplier served = () -> open && System.nanoTime() - end < 0;
        Viewer viewer = new Viewer(stream, sampler::board, served);
        Runnable wake = stream::wake;
        sampler.add(wake);
        stream.pump(viewer::pump, () -> sampler.remove(wake));
    }

    /** The services that are there now. */
    private final class Services implements Sources {
        @Override
        public CompletionStage<Mark> mark() {
            return controller.inspect(Mark::of);
        }

        @Override
        public CompletionStage<Picture> picture() {
            return questions.picture();
        }

        @Override
        public LoopStatistics loop() {
            return controller.statistics();
        }

        @Override
        public SortedMap<String, SwitchStatus> switches() {
            OpenFlowDriver driver = openFlow;
            return driver == null ? new TreeMap<>() : driver.statuses();
        }

        @Override
        public CompletionStage<SortedMap<String, PortCounters>> ports(String node) {
            SwitchControl switches = control;
            return switches == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("no switch can be asked"))
                    : switches.call(node, "dpctl/show", "-s").thenApply(PortCounters::parse);
        }

        @Override
        public List<Installable> features() {
            FeaturesService service = container;
            return service == null ? List.of() : ContainerFeatures.read(service);
        }
    }
}
