package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.karst.incremental.Engine;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;
import org.karst.questions.Plan;
import org.karst.unixctl.SwitchControl;

/**
 * What nodes' conntracks remember.
 *
 * @param connections those that are open; one between two nodes is there twice
 * @param problems nodes that could not be asked, a sentence each
 */
record OpenConnections(List<OpenConnection> connections, List<String> problems) {
    /** Asks nodes, all at once. */
    static CompletionStage<OpenConnections> ask(Optional<SwitchControl> control, SortedSet<String> nodes) {
        if (control.isEmpty()) {
            return CompletableFuture.completedFuture(new OpenConnections(
                    List.of(),
                    List.of("connections that are open now are not known: the bundle karst-unixctl is not there")));
        }
        CompletionStage<OpenConnections> all =
                CompletableFuture.completedFuture(new OpenConnections(List.of(), List.of()));
        for (String node : nodes) {
            all = all.thenCombine(ask(control.get(), node), OpenConnections::and);
        }
        return all;
    }

    private static CompletionStage<OpenConnections> ask(SwitchControl control, String node) {
        return control.call(node, "dpctl/dump-dps")
                .thenCompose(datapaths -> {
                    CompletionStage<List<OpenConnection>> found = CompletableFuture.completedFuture(List.of());
                    for (String datapath : datapaths.lines().toList()) {
                        found = found.thenCombine(
                                control.call(
                                        node, "dpctl/dump-conntrack", datapath.strip(), "zone=" + Abi.CLUSTER_ZONE),
                                (before, dump) -> joined(before, OpenConnection.read(node, dump)));
                    }
                    return found;
                })
                .handle((found, failure) -> failure == null
                        ? new OpenConnections(found, List.of())
                        : new OpenConnections(
                                List.of(),
                                List.of("connections that are open now are not known: " + sentence(failure))));
    }

    private static String sentence(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause().getMessage()
                : failure.getMessage();
    }

    private OpenConnections and(OpenConnections other) {
        return new OpenConnections(joined(connections, other.connections), joined(problems, other.problems));
    }

    private static <T> List<T> joined(List<T> some, List<T> others) {
        List<T> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    /** How many they are, each counted once. */
    int size() {
        return (int)
                connections.stream().map(OpenConnection::connection).distinct().count();
    }

    /** Those that are admitted now and would not be then. */
    List<Plan.CutConnection> cut(Engine now, Engine then) {
        List<Plan.CutConnection> cut = new ArrayList<>();
        Set<Connection> told = new HashSet<>();
        for (OpenConnection open : connections) {
            if (now.read(view -> passes(view, open))
                    && !then.read(view -> passes(view, open))
                    && told.add(open.connection())) {
                cut.add(now.read(view -> told(view, open.connection())));
            }
        }
        return cut;
    }

    /** Only what is decided on that node: the other node remembers the connection too. */
    private static boolean passes(View view, OpenConnection open) {
        Connection connection = open.connection();
        return passes(view, open.node(), connection.source(), Direction.EGRESS, connection)
                && passes(view, open.node(), connection.destination(), Direction.INGRESS, connection);
    }

    private static boolean passes(View view, String node, Ip address, Direction direction, Connection connection) {
        return view.find(World.ATTACHMENTS_BY_ADDRESS, address).stream()
                .filter(key -> key.node().equals(node))
                .allMatch(key -> Judge.ask(view, new Subject(key, direction), connection).values().stream()
                        .noneMatch(judgement -> judgement.outcome() == Judgement.Outcome.DENY));
    }

    private static Plan.CutConnection told(View view, Connection connection) {
        String protocol =
                switch (connection.protocol()) {
                    case Connection.TCP -> "tcp";
                    case Connection.UDP -> "udp";
                    case Connection.SCTP -> "sctp";
                    default -> "icmp";
                };
        return new Plan.CutConnection(
                name(view, connection.source()),
                name(view, connection.destination()),
                connection.hasPorts()
                        ? protocol + " " + connection.sourcePort() + " to " + connection.destinationPort()
                        : protocol);
    }

    /** The pod with its address, or the address. */
    private static String name(View view, Ip address) {
        for (AttachmentKey key : view.find(World.ATTACHMENTS_BY_ADDRESS, address)) {
            return view.get(World.ATTACHMENTS, key).map(Attachment::pod).orElseThrow() + " (" + address + ")";
        }
        return address.toString();
    }
}
