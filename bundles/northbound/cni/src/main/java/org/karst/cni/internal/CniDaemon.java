package org.karst.cni.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.cni.internal.CniCall.AttachmentName;
import org.karst.cni.internal.CniException.Code;
import org.karst.cni.internal.CniServer.Answer;
import org.karst.incremental.View;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Durations;
import org.karst.pipeline.Facts;
import org.karst.pipeline.FlowInspector;
import org.karst.pipeline.Interface;
import org.karst.pipeline.LinkInspector;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PodLink;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Stopwatch;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the verbs: writes the fact, waits until the world is as the fact demands, answers.
 *
 * <p>No thread waits: a call is a message to the writer and a condition that the writer asks again after each settlement.
 */
final class CniDaemon implements CniServer.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(CniDaemon.class);
    private static final int MOST_TOLD = 5;

    private final Mailbox mailbox;
    private final LinkInspector links;
    private final FlowInspector flows;
    private final Clock clock;
    private final Duration patience;
    private final Map<Verb, Stopwatch> times = new EnumMap<>(Verb.class);

    /**
     * A daemon.
     *
     * @param links looks into containers
     * @param flows looks into switches
     * @param patience how long a call waits for the world before the runtime is told to try again
     */
    CniDaemon(Mailbox mailbox, LinkInspector links, FlowInspector flows, Clock clock, Duration patience) {
        this.mailbox = mailbox;
        this.links = links;
        this.flows = flows;
        this.clock = clock;
        this.patience = patience;
        for (Verb verb : Verb.values()) {
            times.put(verb, new Stopwatch());
        }
    }

    /** How long calls took by verb, answered well or not. */
    SortedMap<String, Durations> times() {
        SortedMap<String, Durations> read = new TreeMap<>();
        times.forEach((verb, stopwatch) -> read.put(verb.name(), stopwatch.read()));
        return read;
    }

    @Override
    public void handle(String node, byte[] request, Consumer<Answer> reply) {
        long begun = System.nanoTime();
        CallReader.Message message;
        CniCall call;
        try {
            message = CallReader.message(request);
        } catch (CniException e) {
            reply.accept(Answers.error(SpecVersion.V1_0_0.text(), e));
            return;
        }
        try {
            call = CallReader.read(message);
        } catch (CniException e) {
            reply.accept(Answers.error(message.answerVersion(), e));
            return;
        }
        CompletionStage<Answer> answer = perform(node, call)
                .handle((success, failure) -> failure == null
                        ? success
                        : failed(node, call, failure instanceof CompletionException ? failure.getCause() : failure));
        answer.whenComplete((given, failure) -> times.get(call.verb()).add(System.nanoTime() - begun))
                .thenAccept(reply)
                .exceptionally(e -> {
                    LOG.error("The answer to {} on node {} could not be given", call.verb(), node, e);
                    return null;
                });
    }

    private Answer failed(String node, CniCall call, Throwable failure) {
        CniException error;
        if (failure instanceof CniException known) {
            error = known;
        } else {
            LOG.error("{} of {} on node {} failed by a fault of Karst", call.verb(), call.subject(), node, failure);
            error = new CniException(
                    Code.INTERNAL,
                    call.verb() + " of " + call.subject() + " failed by a fault of Karst; its log says more.");
        }
        LOG.info(
                "{} of {} on node {}: {} (code {})",
                call.verb(),
                call.subject(),
                node,
                error.getMessage(),
                error.code().number());
        return Answers.error(call.version().text(), error);
    }

    private CompletionStage<Answer> perform(String node, CniCall call) {
        return switch (call.verb()) {
            case ADD -> add(node, call);
            case DEL -> delete(node, call);
            case CHECK -> check(node, call);
            case STATUS -> mailbox.read(view -> status(view, node));
            case GC -> collect(node, call);
            case VERSION -> CompletableFuture.completedFuture(Answers.versions(call.version()));
        };
    }

    private CompletionStage<Answer> add(String node, CniCall call) {
        AttachmentKey key = Attachments.key(node, call);
        return write(facts -> Attachments.create(facts, node, call))
                .thenCompose(attachment -> ready(key, attachment, call, Code.NO_LINK))
                .thenApply(attachment ->
                        Answers.result(call.version(), call.previous(), Attachments.result(key, attachment)));
    }

    /**
     * Until the switch has given the port a number, and all that follows from that is true on the node. A link that the kernel
     * refuses is told at once.
     */
    private CompletionStage<Attachment> ready(AttachmentKey key, Attachment attachment, CniCall call, Code refused) {
        PortKey port = new PortKey(key.node(), attachment.port());
        CompletionStage<Attachment> ready = mailbox.await(
                view -> {
                    view.get(World.LINKS, port).filter(link -> !link.ready()).ifPresent(link -> {
                        throw new CniException(
                                refused,
                                "Interface " + key.ifname() + " of " + call.subject() + " cannot be made on node "
                                        + key.node() + ": " + link.error() + ".");
                    });
                    return isReady(view, key, attachment) ? Optional.of(attachment) : Optional.empty();
                },
                // not the database: a port with a number is in it and in the switch
                Set.of(new Target("openflow", key.node()), new Target("host", key.node())),
                patience);
        return orTryAgain(
                ready,
                reason -> view -> new CniException(
                        Code.TRY_AGAIN_LATER,
                        "The network of " + call.subject() + " was not ready on node " + key.node() + " within "
                                + patience.toSeconds() + " s: "
                                + missing(view, key, attachment).orElse(reason) + "."));
    }

    private static boolean isReady(View view, AttachmentKey key, Attachment attachment) {
        return view.get(World.ATTACHMENTS, key).filter(attachment::equals).isPresent()
                && missing(view, key, attachment).isEmpty();
    }

    /** What the world still lacks, in words. */
    private static Optional<String> missing(View view, AttachmentKey key, Attachment attachment) {
        PortKey name = new PortKey(key.node(), attachment.port());
        Optional<Interface> port = view.get(World.INTERFACES, name);
        if (port.isEmpty() && view.get(World.LINKS, name).isEmpty()) {
            return Optional.of("there is no link " + attachment.port() + " yet");
        }
        if (port.isEmpty()) {
            return Optional.of("the switch has no port " + attachment.port() + " yet");
        }
        if (!port.get().error().isEmpty()) {
            return Optional.of("the switch says of port " + attachment.port() + ": "
                    + port.get().error());
        }
        if (!port.get().ready()
                || !Attachment.key(key.node(), port.get().externalIds()).equals(Optional.of(key))) {
            return Optional.of("the switch has not yet opened port " + attachment.port());
        }
        return view.get(World.SWITCHES, key.node()).isEmpty()
                ? Optional.of("the switch is not connected by OpenFlow")
                : Optional.empty();
    }

    private CompletionStage<Answer> delete(String node, CniCall call) {
        AttachmentKey key = Attachments.key(node, call);
        return write(facts -> {
                    Attachments.requireKnown(facts, node);
                    Optional<Attachment> was = Attachments.remove(facts, key, clock);
                    return Leaving.of(
                            facts, node, Set.of(was.map(Attachment::port).orElse(Attachments.portName(key))));
                })
                .thenCompose(leaving -> gone(node, leaving, call));
    }

    /**
     * Ports that shall go.
     *
     * @param targets who must acknowledge beside: a port that is known is gone when the database says so, and what the switch
     *     then does takes no address from anybody; one that is not known may still be on its way into the database
     */
    private record Leaving(Set<String> ports, Set<Target> targets) {
        static Leaving of(Facts facts, String node, Set<String> ports) {
            boolean known = ports.stream().allMatch(port -> facts.row(World.INTERFACES, new PortKey(node, port))
                    .isPresent());
            Target host = new Target("host", node);
            return new Leaving(ports, known ? Set.of(host) : Set.of(host, new Target("ovsdb", node)));
        }
    }

    /**
     * Until nothing of the attachments is left on the node. An answer before that could leave them there for ever: while the
     * process is starting up nothing is removed, and if it ended then, it would read them back as attached.
     */
    private CompletionStage<Answer> gone(String node, Leaving leaving, CniCall call) {
        CompletionStage<Answer> gone = mailbox.await(
                view -> remaining(view, node, leaving.ports()).isEmpty()
                        ? Optional.of(Answers.done())
                        : Optional.empty(),
                leaving.targets(),
                patience);
        return orTryAgain(
                gone,
                reason -> view -> new CniException(
                        Code.TRY_AGAIN_LATER,
                        "The network of " + call.subject() + " was not removed from node " + node + " within "
                                + patience.toSeconds() + " s: "
                                + remaining(view, node, leaving.ports())
                                        .map(port -> "the switch still has port " + port)
                                        .orElse(reason)
                                + "."));
    }

    /** A port that somebody else made stays, but carries no attachment any longer. */
    private static Optional<String> remaining(View view, String node, Set<String> ports) {
        return ports.stream()
                .filter(port -> view.get(World.INTERFACES, new PortKey(node, port))
                        .flatMap(row -> Attachment.key(node, row.externalIds()))
                        .isPresent())
                .sorted()
                .findFirst();
    }

    private CompletionStage<Answer> check(String node, CniCall call) {
        AttachmentKey key = Attachments.key(node, call);
        CompletionStage<Attachment> found = mailbox.read(view -> view.get(World.ATTACHMENTS, key)
                .orElseThrow(() -> new CniException(
                        Code.UNKNOWN_CONTAINER,
                        "Interface " + key.ifname() + " of " + call.subject() + " is not attached on node " + node
                                + ".")));
        return found.thenCompose(attachment -> {
                    compare(call, key, attachment);
                    return ready(key, attachment, call, Code.CHANGED);
                })
                .thenCompose(attachment -> inspect(key, attachment))
                .thenCompose(differences -> {
                    requireNone(call, differences);
                    return flows.inspect(node);
                })
                .thenApply(differences -> {
                    requireNone(call, differences);
                    return Answers.done();
                });
    }

    /** What is different behind the port, in words. */
    private CompletionStage<List<String>> inspect(AttachmentKey key, Attachment attachment) {
        return switch (attachment.device()) {
            case VETH -> links.inspect(PodLink.of(key, attachment));
            case DUMMY -> CompletableFuture.completedFuture(List.of());
        };
    }

    private static void requireNone(CniCall call, List<String> differences) {
        if (!differences.isEmpty()) {
            String more = differences.size() > MOST_TOLD ? "; and " + (differences.size() - MOST_TOLD) + " more" : "";
            throw changed(
                    call, String.join("; ", differences.subList(0, Math.min(MOST_TOLD, differences.size()))) + more);
        }
    }

    /** What the runtime remembers of ADD against what is attached. */
    private static void compare(CniCall call, AttachmentKey key, Attachment attachment) {
        JsonNode previous = call.previous().orElseThrow();
        if (!call.netns().equals(Optional.of(attachment.netns()))) {
            throw changed(
                    call,
                    "its network namespace was " + attachment.netns() + " and is "
                            + call.netns().orElse("none"));
        }
        boolean same = false;
        for (JsonNode entry : previous.path("interfaces")) {
            if (entry.path("name").asText().equals(key.ifname()) && entry.hasNonNull("sandbox")) {
                same = entry.path("mac")
                        .asText()
                        .equalsIgnoreCase(attachment.mac().toString());
            }
        }
        if (!same) {
            throw changed(
                    call,
                    "interface " + key.ifname() + " with MAC address " + attachment.mac() + " is not in prevResult");
        }
        Set<String> known = new TreeSet<>();
        previous.path("ips").forEach(ip -> known.add(ip.path("address").asText()));
        attachment.addresses().forEach(address -> {
            if (!known.contains(address.toString())) {
                throw changed(call, "its address " + address + " is not in prevResult");
            }
        });
    }

    private static CniException changed(CniCall call, String what) {
        return new CniException(
                Code.CHANGED, "The network of " + call.subject() + " is not as it was made: " + what + ".");
    }

    private static Answer status(View view, String node) {
        if (Attachments.bridge(view, node).isEmpty()) {
            throw new CniException(Code.NOT_AVAILABLE, "The switch of node " + node + " has not been read yet.");
        }
        if (view.get(World.SWITCHES, node).isEmpty()) {
            throw new CniException(
                    Code.LIMITED_CONNECTIVITY, "The switch of node " + node + " is not connected by OpenFlow.");
        }
        if (view.get(org.karst.pipeline.Topology.SUBNETS, node).isEmpty()) {
            throw new CniException(Code.NOT_AVAILABLE, "Node " + node + " has no subnet of its own.");
        }
        if (!Attachments.hasRoom(view, node)) {
            throw new CniException(Code.NOT_AVAILABLE, "A subnet of node " + node + " is full.");
        }
        return Answers.done();
    }

    private CompletionStage<Answer> collect(String node, CniCall call) {
        return write(facts -> {
                    Attachments.requireKnown(facts, node);
                    SortedMap<AttachmentKey, Attachment> stale = new TreeMap<>(Attachments.of(facts, node));
                    stale.keySet().removeIf(key -> call.valid()
                            .contains(new AttachmentName(key.containerId(), key.ifname())));
                    Set<String> ports = new TreeSet<>();
                    stale.forEach((key, row) -> {
                        Attachments.remove(facts, key, clock);
                        ports.add(row.port());
                        LOG.info("GC on node {}: {} of pod {} is removed", node, key, row.pod());
                    });
                    return Leaving.of(facts, node, ports);
                })
                .thenCompose(leaving -> gone(node, leaving, call));
    }

    /** Runs on the writer's thread, in the lane that goes first; what it throws is the failure of the result. */
    private <T> CompletionStage<T> write(Function<? super Facts, ? extends T> message) {
        CompletableFuture<T> result = new CompletableFuture<>();
        mailbox.post(Mailbox.Lane.CNI, facts -> {
            try {
                result.complete(message.apply(facts));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Turns the end of patience into a sentence about what the world lacks. */
    private <T> CompletionStage<T> orTryAgain(
            CompletionStage<T> stage, Function<String, Function<View, CniException>> sentence) {
        return stage.handle((value, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause == null) {
                        return CompletableFuture.completedFuture(value);
                    }
                    if (!(cause instanceof TimeoutException)) {
                        return CompletableFuture.<T>failedFuture(cause);
                    }
                    return mailbox.read(
                                    view -> sentence.apply(cause.getMessage()).apply(view))
                            .<T>thenCompose(CompletableFuture::failedFuture);
                })
                .thenCompose(Function.identity());
    }
}
